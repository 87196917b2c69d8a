import type { World } from '../../world/world.ts';
import { type Deployment, type EcsService, primary, type Task } from '../model.ts';
import type { ServiceEvents } from './service-events.ts';

/** What a new deployment takes over from a service or is given. */
export type NewDeployment = Pick<
  Deployment,
  'definition' | 'launch' | 'network' | 'loadBalancers' | 'platformVersion' | 'described'
>;

/**
 * Rolling deployments: a new one becomes PRIMARY, older ones are ACTIVE until their tasks are gone; the circuit
 * breaker ends one whose tasks do not come up.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export class Rollouts {
  readonly #world: World;
  readonly #events: ServiceEvents;
  /** what each service last completed: where a rollback leads to */
  readonly #completed = new Map<EcsService, Deployment>();

  constructor(world: World, events: ServiceEvents) {
    this.#world = world;
    this.#events = events;
  }

  /** Begins a deployment: the older ones are ACTIVE from now on. */
  begin(service: EcsService, settings: NewDeployment): Deployment {
    const now = this.#world.now();
    const id = `ecs-svc/${this.#world.ids.next('deployment').toString().padStart(19, '1')}`;
    const reason = `ECS deployment ${id} in progress.`;
    const deployment: Deployment = {
      ...settings,
      id,
      createdAt: now,
      updatedAt: now,
      status: 'PRIMARY',
      rolloutState: 'IN_PROGRESS',
      rolloutStateReason: reason,
      failedTasks: 0,
      movedAt: undefined,
    };
    service.originalLaunch ??= settings.launch;
    for (const older of service.deployments) older.status = 'ACTIVE';
    service.deployments.unshift(deployment);
    this.#events.deployment(service, deployment, 'IN_PROGRESS', reason);
    return deployment;
  }

  /** The PRIMARY has all its tasks, all healthy, and no other has any: it is complete. */
  complete(service: EcsService): void {
    const deployment = primary(service);
    this.forgetEmpty(service);
    if (deployment.rolloutState !== 'IN_PROGRESS') return;
    deployment.rolloutState = 'COMPLETED';
    deployment.rolloutStateReason = `ECS deployment ${deployment.id} completed.`;
    deployment.updatedAt = this.#world.now();
    this.#completed.set(service, deployment);
    this.#events.deployment(service, deployment, 'COMPLETED', deployment.rolloutStateReason);
    this.#events.say(service, `(deployment ${deployment.id}) deployment completed.`);
  }

  /** Older deployments without a task are no longer shown. */
  forgetEmpty(service: EcsService): void {
    if (service.deployments.length < 2) return;
    const alive = new Set([...service.tasks.values()].map(({ deployment }) => deployment));
    service.deployments = service.deployments.filter((one, index) => index === 0 || alive.has(one));
  }

  /**
   * A task of the PRIMARY ended before it was healthy, or became healthy. Too many failures in a row trip the circuit
   * breaker. @returns whether the deployment failed now
   */
  count(service: EcsService, task: Task): boolean {
    const deployment = primary(service);
    if (task.deployment !== deployment) return false;
    if (task.healthy && task.desiredStatus === 'RUNNING') deployment.failedTasks = 0;
    if (!failedToComeUp(task)) return false;
    deployment.failedTasks += 1;
    const { enable, rollback } = service.circuitBreaker;
    if (!enable || deployment.rolloutState !== 'IN_PROGRESS') return false;
    if (deployment.failedTasks < failureThreshold(service.desired)) return false;
    const reason = 'ECS deployment circuit breaker: tasks failed to start.';
    deployment.rolloutState = 'FAILED';
    deployment.rolloutStateReason = reason;
    deployment.updatedAt = this.#world.now();
    this.#events.deployment(service, deployment, 'FAILED', 'ECS deployment circuit breaker: task failed to start.');
    this.#events.say(service, `(deployment ${deployment.id}) deployment failed: tasks failed to start.`);
    const last = this.#completed.get(service);
    if (rollback && last && last !== deployment) this.#rollBack(service, last);
    return true;
  }

  /** The last deployment that completed is the PRIMARY again, with the tasks that it still has. */
  #rollBack(service: EcsService, last: Deployment): void {
    const reason = `ECS deployment circuit breaker: rolling back to deploymentId ${last.id}.`;
    for (const other of service.deployments) other.status = 'ACTIVE';
    service.deployments = [last, ...service.deployments.filter((other) => other !== last)];
    last.status = 'PRIMARY';
    last.rolloutState = 'IN_PROGRESS';
    last.rolloutStateReason = reason;
    last.failedTasks = 0;
    last.movedAt = undefined;
    last.updatedAt = this.#world.now();
    this.#events.deployment(service, last, 'IN_PROGRESS', reason);
  }
}

/**
 * How many failures in a row trip the circuit breaker: half the desired count, between 3 and 200.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export const failureThreshold = (desired: number): number => Math.min(200, Math.max(3, Math.ceil(desired / 2)));

/** Did a task end, or fail its checks, before it was ever healthy, for a reason of its own? */
export const failedToComeUp = ({ healthy, stopCode, failedHealthChecks, lastStatus }: Task): boolean =>
  !healthy &&
  ((lastStatus === 'STOPPED' &&
    !failedHealthChecks &&
    (stopCode === 'TaskFailedToStart' || stopCode === 'EssentialContainerExited')) ||
    (failedHealthChecks && lastStatus !== 'STOPPED'));
