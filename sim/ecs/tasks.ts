import type { Target } from '../elbv2/target-group.ts';
import type { World } from '../world/world.ts';
import { announceContainerInstance, announceTask } from './announce.ts';
import { lossOf, stopTimeoutMs, taskName } from './loss.ts';
import { type EcsService, type StopCode, type Task, targetPlace } from './model.ts';
import { type NewTask, newTask } from './new-task.ts';
import { release } from './resources.ts';

/** Stopped tasks can be described for an hour, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html */
const visibleAfterStopMs = 3_600_000;

/** A task without load balancer and health check counts as healthy 40 s after RUNNING (minimumHealthyPercent, API_DeploymentConfiguration). */
const healthyAfterRunningMs = 40_000;

/** How long ECS takes to notice that somebody deregistered a target (a switch decides what it then does). */
const noticesDeregistrationMs = 10_000;

/**
 * The life of tasks: PENDING, RUNNING, (DEACTIVATING while the load balancer lets go,) STOPPING after SIGTERM, STOPPED.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export class Tasks {
  readonly #world: World;
  readonly #changed: (task: Task) => void;

  /** @param changed hears of every task that became healthy, failed or ended */
  constructor(world: World, changed: (task: Task) => void) {
    this.#world = world;
    this.#changed = changed;
  }

  /** Places a task: it holds its resources from now and is RUNNING after its start time. */
  start(request: NewTask): Task {
    const world = this.#world;
    const task = newTask(world, request);
    this.#tell(task, 'task-starting', `${taskName(task)} starts on ${task.instance.ec2InstanceId}`);
    announceTask(world, task);
    announceContainerInstance(world, task.instance);
    const startMs = task.definition.startMs * (0.8 + 0.4 * world.random('task-start', task.id));
    world.clock.after(Math.floor(startMs), () => {
      if (task.lastStatus === 'PENDING') this.#run(task);
    });
    return task;
  }

  /** A starting task is RUNNING and healthy at once: for what runs when virtual time begins. */
  settle(task: Task): void {
    if (task.lastStatus === 'PENDING') this.#run(task);
    if (task.target) task.service?.targetGroup?.passHealthChecks(task.target);
    if (!task.healthy) this.#becomeHealthy(task);
  }

  /** As the service scheduler stops a task: the load balancer lets go first, then SIGTERM. */
  stopByScheduler(task: Task, reason: string): void {
    if (task.desiredStatus === 'STOPPED') return;
    this.#world.tally.tasks.stoppedByScheduler += 1;
    this.#wantStopped(task, 'ServiceSchedulerInitiated', reason);
    if (task.lastStatus === 'PENDING') this.#finish(task, undefined);
    else this.#sigtermWhenReleased(task);
  }

  /** StopTask: SIGTERM now; the target is deregistered at the same instant, which drops what still arrives. */
  stopByCaller(task: Task, reason: string): void {
    if (task.desiredStatus === 'STOPPED') {
      const waits = task.lastStatus === 'DEACTIVATING';
      if (waits && this.#world.switches.stopTaskOverridesDraining) this.#sigterm(task);
      return;
    }
    this.#world.tally.tasks.stoppedByCaller += 1;
    this.#wantStopped(task, 'UserInitiated', reason);
    if (task.lastStatus === 'PENDING') this.#finish(task, undefined);
    else {
      this.#deregister(task);
      this.#sigterm(task);
    }
  }

  /** The host has gone: the task dies with it, whatever it was doing. */
  lose(task: Task, how: 'terminated' | 'stopped'): void {
    if (task.lastStatus === 'STOPPED') return;
    const { tally, switches } = this.#world;
    const { process } = task;
    const loss = lossOf(this.#world, task);
    if (process === 'serving') tally.tasks.killedWithoutSigterm.push(loss);
    if (process === 'stopping') tally.tasks.sigtermCutShort.push(loss);
    this.#cut(task, 'host-lost');
    if (task.stopCode === undefined || switches.hostLossReplacesStopCode) {
      this.#wantStopped(task, 'TerminationNotice', `Host EC2 (instance ${task.instance.ec2InstanceId}) ${how}.`);
    }
    if (process !== 'starting') {
      const text = process === 'stopping' ? 'before it had ended after SIGTERM' : 'without SIGTERM';
      this.#tell(task, 'task-killed', `${taskName(task)} dies with its host ${text}`);
    }
    this.#finish(task, 137);
  }

  /** Somebody else deregistered the target of a service's task; what ECS does about it is a switch. */
  targetTaken(service: EcsService, target: Target): void {
    const task = [...service.tasks.values()].find((candidate) => candidate.target === target);
    if (!task || task.desiredStatus === 'STOPPED') return;
    this.#tell(task, 'task-deregistered', `${taskName(task)} is deregistered by a caller`);
    this.#count(task, false);
    const { clock, switches } = this.#world;
    const reaction = switches.afterForeignDeregistration;
    if (reaction === 'ignored') return;
    clock.after(noticesDeregistrationMs, () => {
      if (task.desiredStatus === 'STOPPED') return;
      if (reaction === 'reregistered') this.#register(task, () => this.#count(task, true));
      else this.#fail(task);
    });
  }

  #run(task: Task): void {
    const world = this.#world;
    task.lastStatus = 'RUNNING';
    task.process = 'serving';
    task.startedAt = world.now();
    if (task.service) world.tally.count(task.service.facts, { running: 1 });
    this.#tell(task, 'task-running', `${taskName(task)} runs on ${task.instance.ec2InstanceId}`);
    announceTask(world, task);
    const { containerHealthyAfterMs } = task.definition;
    const hasTargets = task.service?.targetGroup !== undefined;
    const ownCheckMs = containerHealthyAfterMs ?? (hasTargets ? undefined : healthyAfterRunningMs);
    let open = (hasTargets ? 1 : 0) + (ownCheckMs === undefined ? 0 : 1);
    const passed = () => {
      open -= 1;
      if (open === 0) this.#becomeHealthy(task);
    };
    if (hasTargets) this.#register(task, passed);
    if (ownCheckMs !== undefined) world.clock.after(ownCheckMs, passed);
  }

  #becomeHealthy(task: Task): void {
    if (task.healthy || task.desiredStatus === 'STOPPED') return;
    task.healthy = true;
    this.#count(task, true);
    this.#tell(task, 'task-healthy', `${taskName(task)} is healthy`);
    this.#changed(task);
  }

  #fail(task: Task): void {
    task.healthy = false;
    task.failedHealthChecks = true;
    this.#changed(task);
  }

  #register(task: Task, whenHealthy: () => void): void {
    task.target = task.service?.targetGroup?.register(targetPlace(task), task);
    task.target?.whenHealthy.push(whenHealthy);
  }

  /** @returns the target that the load balancer still has to let go */
  #deregister(task: Task): Target | undefined {
    const target = task.service?.targetGroup?.deregister(targetPlace(task), 'ecs');
    if (!target || target !== task.target) return undefined;
    this.#tell(task, 'task-deregistered', `${taskName(task)} leaves its target group`);
    return target;
  }

  #wantStopped(task: Task, stopCode: StopCode, reason: string): void {
    task.desiredStatus = 'STOPPED';
    task.stopCode = stopCode;
    task.stoppedReason = reason;
    task.stoppingAt = this.#world.now();
    this.#count(task, false);
  }

  #sigtermWhenReleased(task: Task): void {
    const target = this.#deregister(task);
    if (target) {
      task.lastStatus = 'DEACTIVATING';
      announceTask(this.#world, task);
      target.whenGone.push(() => this.#sigterm(task));
    } else this.#sigterm(task);
  }

  #sigterm(task: Task): void {
    if (task.process !== 'serving') return;
    const { clock, tally } = this.#world;
    task.service?.targetGroup?.load?.advance();
    task.process = 'stopping';
    task.lastStatus = 'STOPPING';
    this.#tell(task, 'task-sigterm', `${taskName(task)} gets SIGTERM: ${task.stoppedReason}`);
    announceTask(this.#world, task);
    const inFlightMs = (task.target?.inFlight.endsAt(clock.now()) ?? 0) - clock.now();
    const neededMs = Math.max(task.definition.stopMs, inFlightMs);
    const allowedMs = stopTimeoutMs(task);
    clock.after(Math.min(neededMs, allowedMs), () => {
      if (task.lastStatus === 'STOPPED') return;
      if (neededMs > allowedMs) {
        tally.tasks.killedAfterStopTimeout += 1;
        this.#cut(task, 'task-killed');
        this.#tell(task, 'task-killed', `${taskName(task)} gets SIGKILL after its stopTimeout`);
      }
      this.#finish(task, neededMs > allowedMs ? 137 : 0);
    });
  }

  #cut(task: Task, reason: 'task-killed' | 'host-lost'): void {
    const load = task.service?.targetGroup?.load;
    load?.advance();
    if (task.target) load?.drop(reason, task.target.inFlight.cut(this.#world.now()));
  }

  #finish(task: Task, exitCode: number | undefined): void {
    const world = this.#world;
    const ran = task.process !== 'starting';
    task.service?.targetGroup?.load?.advance();
    task.process = 'gone';
    task.lastStatus = 'STOPPED';
    task.stoppedAt = world.now();
    task.exitCode = exitCode;
    if (ran && task.service) world.tally.count(task.service.facts, { running: -1 });
    task.service?.targetGroup?.deregister(targetPlace(task), 'ecs');
    task.service?.targetGroup?.forget(targetPlace(task));
    release(task);
    task.service?.tasks.delete(task.id);
    task.instance.tasks.delete(task.id);
    this.#tell(task, 'task-stopped', `${taskName(task)} has stopped: ${task.stoppedReason}`);
    announceTask(world, task);
    announceContainerInstance(world, task.instance);
    world.clock.after(visibleAfterStopMs, () => task.cluster.tasks.delete(task.id));
    this.#changed(task);
  }

  #count(task: Task, healthy: boolean): void {
    if (task.counted === healthy) return;
    task.counted = healthy;
    if (task.service) this.#world.tally.count(task.service.facts, { healthy: healthy ? 1 : -1 });
  }

  #tell(task: Task, kind: Parameters<World['journal']>[0]['kind'], text: string): void {
    const { instance, service, cluster } = task;
    const data = { cluster: cluster.name, service: service?.name ?? '', instance: instance.ec2InstanceId };
    this.#world.journal({ kind, subject: task.arn, text, data });
  }
}
