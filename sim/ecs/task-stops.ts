import type { Target } from '../elbv2/target-group.ts';
import type { World } from '../world/world.ts';
import { announceContainerInstance, announceTask } from './announce.ts';
import { lossOf, stopTimeoutMs } from './loss.ts';
import type { StopCode, Task } from './model.ts';
import { release } from './resources.ts';
import { countHealthy, tellTask } from './task-record.ts';
import { advanceTraffic, cutRequests, deregisterTargets, forgetTargets, inFlightUntil } from './task-targets.ts';

/** Stopped tasks can be described for an hour, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html */
const visibleAfterStopMs = 3_600_000;

/** Fargate takes a Spot task two minutes after its notice, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html */
const spotNoticeMs = 120_000;

/** How long Fargate takes to release a task's network interface; AWS does not publish it. */
const deprovisioningMs = [5_000, 15_000] as const;

/** What hears of a task: that it became healthy, failed its checks or ended. */
export type TaskListener = (task: Task) => void;

/**
 * How tasks end: (DEACTIVATING while their load balancers let go,) STOPPING after SIGTERM, (DEPROVISIONING,) STOPPED.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
export class TaskStops {
  readonly #world: World;
  readonly #changed: TaskListener;

  /** @param changed hears of every task that ended, and of a Fargate Spot task at its notice */
  constructor(world: World, changed: TaskListener) {
    this.#world = world;
    this.#changed = changed;
  }

  /** As the service scheduler stops a task: the load balancers let go first, then SIGTERM. */
  byScheduler(task: Task, reason: string): void {
    if (task.desiredStatus === 'STOPPED') return;
    this.#world.tally.tasks.stoppedByScheduler += 1;
    this.#wantStopped(task, 'ServiceSchedulerInitiated', reason);
    if (task.process === 'starting') this.#finish(task, undefined);
    else this.#sigtermWhenReleased(task);
  }

  /** StopTask: SIGTERM now; the targets are deregistered at the same instant, which drops what still arrives. */
  byCaller(task: Task, reason: string): void {
    if (task.desiredStatus === 'STOPPED') {
      const waits = task.lastStatus === 'DEACTIVATING';
      if (waits && this.#world.switches.stopTaskOverridesDraining) this.#sigterm(task);
      return;
    }
    this.#world.tally.tasks.stoppedByCaller += 1;
    this.#wantStopped(task, 'UserInitiated', reason);
    if (task.process === 'starting') this.#finish(task, undefined);
    else {
      this.#deregister(task);
      this.#sigterm(task);
    }
  }

  /**
   * A Fargate Spot task gets its notice and SIGTERM at once; after its stop timeout, or when Fargate takes the capacity
   * back two minutes later, it is killed. Its load balancer learns of it only then (a switch: at the notice).
   */
  bySpot(task: Task): void {
    if (task.desiredStatus === 'STOPPED') return;
    const { switches, clock } = this.#world;
    this.#wantStopped(task, switches.fargateSpotStopCode, 'Your Spot Task was interrupted.');
    tellTask(this.#world, task, { kind: 'notice', text: 'gets the notice of Fargate Spot' });
    announceTask(this.#world, task);
    if (task.process === 'starting') {
      this.#finish(task, undefined);
      return;
    }
    if (switches.fargateSpotDeregisters === 'at-notice') this.#deregister(task);
    this.#sigterm(task);
    this.#changed(task);
    clock.after(spotNoticeMs, () => this.withHost(task, 'Your Spot Task was interrupted.'));
  }

  /** A task that never came to run ends. @param reason as AWS words it, such as `RESOURCE:CPU` */
  failedToStart(task: Task, reason: string): void {
    if (task.process !== 'starting' || task.desiredStatus === 'STOPPED') return;
    this.#wantStopped(task, 'TaskFailedToStart', reason);
    this.#finish(task, undefined);
  }

  /** Its essential container exits by itself. */
  byItself(task: Task): void {
    if (task.process !== 'serving') return;
    cutRequests(task, 'task-killed', this.#world.now());
    if (task.stopCode === undefined) {
      this.#wantStopped(task, 'EssentialContainerExited', 'Essential container in task exited');
    }
    this.#finish(task, 1);
  }

  /** The host has gone: the task dies with it, whatever it was doing. */
  withHost(task: Task, reason: string): void {
    if (task.process === 'gone') return;
    const { tally, switches } = this.#world;
    const { process } = task;
    const loss = lossOf(this.#world, task);
    if (process === 'serving') tally.tasks.killedWithoutSigterm.push(loss);
    if (process === 'stopping') tally.tasks.sigtermCutShort.push(loss);
    cutRequests(task, 'host-lost', this.#world.now());
    if (task.stopCode === undefined || switches.hostLossReplacesStopCode) {
      this.#wantStopped(task, 'TerminationNotice', reason);
    }
    if (process !== 'starting') {
      const text = process === 'stopping' ? 'before it had ended after SIGTERM' : 'without SIGTERM';
      tellTask(this.#world, task, { kind: 'task-killed', text: `dies with its host ${text}` });
    }
    this.#finish(task, 137);
  }

  /** Its instance was deregistered by force: ECS counts it as stopped and its load balancers let it go; it runs on. */
  orphan(task: Task): void {
    if (task.process === 'gone') return;
    if (task.stopCode === undefined) {
      this.#wantStopped(task, 'UserInitiated', 'Container instance deregistration forced by user');
    }
    this.#finish(task, undefined);
  }

  #wantStopped(task: Task, stopCode: StopCode, reason: string): void {
    task.desiredStatus = 'STOPPED';
    task.stopCode = stopCode;
    task.stoppedReason = reason;
    task.stoppingAt = this.#world.now();
    countHealthy(this.#world, task, false);
  }

  #deregister(task: Task): readonly Target[] {
    const waiting = deregisterTargets(task);
    if (waiting.length > 0) tellTask(this.#world, task, { kind: 'task-deregistered', text: 'leaves its target group' });
    return waiting;
  }

  #sigtermWhenReleased(task: Task): void {
    let waiting = 0;
    const released = () => {
      waiting -= 1;
      if (waiting === 0) this.#sigterm(task);
    };
    const targets = this.#deregister(task);
    if (targets.length === 0) {
      this.#sigterm(task);
      return;
    }
    waiting = targets.length;
    task.lastStatus = 'DEACTIVATING';
    announceTask(this.#world, task);
    for (const target of targets) target.whenGone.push(released);
  }

  #sigterm(task: Task): void {
    if (task.process !== 'serving') return;
    const { clock, tally } = this.#world;
    advanceTraffic(task);
    task.process = 'stopping';
    task.lastStatus = 'STOPPING';
    tellTask(this.#world, task, { kind: 'task-sigterm', text: `gets SIGTERM: ${task.stoppedReason}` });
    announceTask(this.#world, task);
    const inFlightMs = inFlightUntil(task, clock.now()) - clock.now();
    const neededMs = Math.max(task.definition.behaviour.stopMs, inFlightMs);
    const allowedMs = stopTimeoutMs(task);
    clock.after(Math.min(neededMs, allowedMs), () => {
      if (task.process === 'gone') return;
      if (neededMs > allowedMs) {
        tally.tasks.killedAfterStopTimeout += 1;
        cutRequests(task, 'task-killed', clock.now());
        tellTask(this.#world, task, { kind: 'task-killed', text: 'gets SIGKILL after its stopTimeout' });
      }
      this.#finish(task, neededMs > allowedMs ? 137 : 0);
    });
  }

  /** Its process has ended. A Fargate task is DEPROVISIONING while its network interface goes. */
  #finish(task: Task, exitCode: number | undefined): void {
    const world = this.#world;
    const ran = task.process !== 'starting';
    advanceTraffic(task);
    task.process = 'gone';
    task.exitCode = exitCode;
    if (ran) task.executionStoppedAt = world.now();
    if (ran && task.service) world.tally.count(task.service.facts, { running: -1 });
    forgetTargets(task);
    if (task.launchType === 'EC2' || !ran) {
      this.#end(task);
      return;
    }
    task.lastStatus = 'DEPROVISIONING';
    announceTask(world, task);
    world.clock.after(world.delay('deprovisioning', task.id, deprovisioningMs), () => this.#end(task));
  }

  #end(task: Task): void {
    const world = this.#world;
    const { instance } = task;
    task.lastStatus = 'STOPPED';
    task.stoppedAt = world.now();
    task.service?.tasks.delete(task.id);
    if (instance) {
      release(instance, task);
      instance.tasks.delete(task.id);
    }
    tellTask(world, task, { kind: 'task-stopped', text: `has stopped: ${task.stoppedReason}` });
    announceTask(world, task);
    if (instance) announceContainerInstance(world, instance);
    world.clock.after(visibleAfterStopMs, () => task.cluster.tasks.delete(task.id));
    this.#changed(task);
  }
}
