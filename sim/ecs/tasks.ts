import type { Target } from '../elbv2/target-group.ts';
import type { World } from '../world/world.ts';
import { announceContainerInstance, announceTask } from './announce.ts';
import { hostOf } from './loss.ts';
import type { ContainerInstance, EcsService, Task } from './model.ts';
import { type NewTask, newTask, placeTask } from './new-task.ts';
import type { Placing } from './placing.ts';
import { countHealthy, tellTask } from './task-record.ts';
import { type TaskListener, TaskStops } from './task-stops.ts';
import { loadBalancersOf, registerTargets } from './task-targets.ts';

/** A task without load balancer and health check counts as healthy 40 s after RUNNING (minimumHealthyPercent, API_DeploymentConfiguration). */
const healthyAfterRunningMs = 40_000;

/** How long a Fargate task is ACTIVATING; AWS does not publish it. */
const activatingMs = 2_000;

/** How long ECS takes to notice that somebody deregistered a target (a switch decides what it then does). */
const noticesDeregistrationMs = 10_000;

const anywhere: Placing = { constraints: [], strategies: [], zones: undefined };

/** What hears of tasks. */
export type TaskListeners = {
  /** a task became healthy, failed its checks or ended */
  readonly changed: TaskListener;
  /** a task took its place on an instance */
  readonly placed: (task: Task, instance: ContainerInstance) => void;
  /** a task of a capacity provider is PROVISIONING: it waits for an instance */
  readonly waits: (task: Task, placing: Placing) => void;
};

/**
 * The life of tasks until they run: (PROVISIONING while they wait for an instance or a network interface,) PENDING,
 * RUNNING, healthy. How they end is in `stops`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export class Tasks {
  readonly stops: TaskStops;
  readonly #world: World;
  readonly #listeners: TaskListeners;

  constructor(world: World, listeners: TaskListeners) {
    this.#world = world;
    this.#listeners = listeners;
    this.stops = new TaskStops(world, listeners.changed);
  }

  /** Starts a task on its instance or on Fargate; without either it is PROVISIONING until it is placed. */
  start(request: NewTask): Task {
    const task = newTask(this.#world, request);
    if (task.instance) this.#begin(task, task.instance);
    else if (task.launchType === 'FARGATE') this.#beginOnFargate(task);
    else {
      announceTask(this.#world, task);
      this.#listeners.waits(task, request.placing ?? anywhere);
    }
    return task;
  }

  /** A PROVISIONING task gets its instance. */
  place(task: Task, instance: ContainerInstance): void {
    placeTask(task, instance);
    this.#begin(task, instance);
  }

  /** A starting task is RUNNING and healthy at once: for what runs when virtual time begins. */
  settle(task: Task): void {
    if (task.process === 'starting' && task.zone !== undefined) this.#run(task);
    for (const [group, target] of task.targets) group.passHealthChecks(target);
    if (!task.healthy && !task.definition.behaviour.failsTargetChecks) this.#becomeHealthy(task);
  }

  /** Somebody else deregistered the target of a service's task; what ECS does about it is a switch. */
  targetTaken(service: EcsService, target: Target, caller: string): void {
    const task = [...service.tasks.values()].find(({ targets }) => [...targets.values()].includes(target));
    if (!task || task.desiredStatus === 'STOPPED') return;
    tellTask(this.#world, task, { kind: 'task-deregistered', text: 'is deregistered by a caller', by: caller });
    countHealthy(this.#world, task, false);
    const { clock, switches } = this.#world;
    const reaction = switches.afterForeignDeregistration;
    if (reaction === 'ignored') return;
    clock.after(noticesDeregistrationMs, () => {
      if (task.desiredStatus === 'STOPPED') return;
      if (reaction === 'reregistered') this.#register(task, () => countHealthy(this.#world, task, true));
      else this.fail(task);
    });
  }

  /** A load balancer or the task's own check says that it does not work: its service replaces it. */
  fail(task: Task): void {
    if (task.failedHealthChecks || task.desiredStatus === 'STOPPED') return;
    task.healthy = false;
    task.failedHealthChecks = true;
    countHealthy(this.#world, task, false);
    this.#listeners.changed(task);
  }

  #begin(task: Task, instance: ContainerInstance): void {
    const world = this.#world;
    tellTask(world, task, { kind: 'task-starting', text: `starts on ${hostOf(task)}` });
    announceTask(world, task);
    announceContainerInstance(world, instance);
    task.pullStartedAt = world.now();
    this.#runAfter(task, task.definition.behaviour.startMs);
    this.#listeners.placed(task, instance);
  }

  /** PROVISIONING while its network interface is made, PENDING while its image is pulled. */
  #beginOnFargate(task: Task): void {
    const world = this.#world;
    tellTask(world, task, { kind: 'task-starting', text: `starts on ${hostOf(task)}` });
    announceTask(world, task);
    const { interfaceMs, pullMs } = world.switches.fargateStart;
    world.clock.after(world.delay('fargate-interface', task.id, [0.8 * interfaceMs, 1.2 * interfaceMs]), () => {
      if (task.process !== 'starting' || task.desiredStatus === 'STOPPED') return;
      task.lastStatus = 'PENDING';
      task.pullStartedAt = world.now();
      announceTask(world, task);
      this.#runAfter(task, pullMs + task.definition.behaviour.startMs);
    });
  }

  #runAfter(task: Task, meanMs: number): void {
    const world = this.#world;
    world.clock.after(Math.floor(meanMs * (0.8 + 0.4 * world.random('task-start', task.id))), () => {
      if (task.process !== 'starting') return;
      const { behaviour, registered } = task.definition;
      const image = registered.containerDefinitions?.[0]?.image;
      if (!behaviour.imageMissing) this.#activate(task);
      else this.stops.failedToStart(task, `CannotPullContainerError: ${image}: not found`);
    });
  }

  /** A Fargate task behind a load balancer is ACTIVATING first. */
  #activate(task: Task): void {
    const world = this.#world;
    task.pullStoppedAt = world.now();
    if (task.launchType === 'EC2' || loadBalancersOf(task).length === 0) {
      this.#run(task);
      return;
    }
    task.lastStatus = 'ACTIVATING';
    announceTask(world, task);
    world.clock.after(activatingMs, () => {
      if (task.process === 'starting') this.#run(task);
    });
  }

  #run(task: Task): void {
    const world = this.#world;
    task.lastStatus = 'RUNNING';
    task.process = 'serving';
    task.startedAt = world.now();
    task.pullStartedAt ??= world.now();
    task.pullStoppedAt ??= world.now();
    if (task.service) world.tally.count(task.service.facts, { running: 1 });
    tellTask(world, task, { kind: 'task-running', text: `runs on ${hostOf(task)}` });
    announceTask(world, task);
    const { containerHealthyAfterMs, exitsAfterMs } = task.definition.behaviour;
    const balancers = loadBalancersOf(task).length;
    const ownCheckMs = containerHealthyAfterMs ?? (balancers > 0 ? undefined : healthyAfterRunningMs);
    let open = balancers + (ownCheckMs === undefined ? 0 : 1);
    const passed = () => {
      open -= 1;
      if (open === 0) this.#becomeHealthy(task);
    };
    this.#register(task, passed);
    if (ownCheckMs !== undefined) world.clock.after(ownCheckMs, passed);
    if (exitsAfterMs !== undefined) world.clock.after(exitsAfterMs, () => this.stops.byItself(task));
  }

  #becomeHealthy(task: Task): void {
    if (task.healthy || task.failedHealthChecks) return;
    if (task.process !== 'serving' || task.desiredStatus === 'STOPPED') return;
    task.healthy = true;
    countHealthy(this.#world, task, true);
    tellTask(this.#world, task, { kind: 'task-healthy', text: 'is healthy' });
    this.#listeners.changed(task);
  }

  // ECS takes no notice of a failing target while the service's grace period runs.
  #register(task: Task, passed: () => void): void {
    const graceMs = 1_000 * (task.service?.healthCheckGraceSeconds ?? 0);
    const failed = () => {
      const endsAt = (task.startedAt ?? 0) + graceMs;
      this.#world.clock.at(endsAt, () => this.fail(task));
    };
    registerTargets(task, { passed, failed });
  }
}
