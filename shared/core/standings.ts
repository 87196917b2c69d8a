import type { Task } from '../model/fleet.ts';
import type { ServiceDetail, TaskShape } from '../model/lending.ts';

/** Where the tasks of a service stand. */
export type Standing = {
  readonly service: ServiceDetail;
  /** Tasks that run or start on instances that stay, or on Fargate. */
  readonly kept: number;
  /** Tasks on instances that are about to go: running, and starting. */
  readonly displaced: number;
  readonly displacedStarting: number;
  /** Tasks in PROVISIONING: ECS has found no place for them yet. */
  readonly waiting: number;
  /** ARNs of the container instances that its tasks are on. */
  readonly on: ReadonlySet<string>;
};

/**
 * Where the tasks of each service stand. A service whose tasks were not read is taken at its counts: all that runs is
 * kept; what is pending waits for a place if it runs on Fargate or has capacity providers: ECS starts others only where
 * they fit.
 *
 * @param tasks by name of the service
 * @param doomed ARNs of the container instances that are about to go; those that are DRAINING belong to them
 */
export function standings(
  services: readonly ServiceDetail[],
  tasks: ReadonlyMap<string, readonly Task[]>,
  doomed: ReadonlySet<string>,
): readonly Standing[] {
  return services.map((service) => {
    const own = tasks.get(service.name);
    return own ? ofTasks(service, own.filter(isWanted), doomed) : ofCounts(service);
  });
}

function ofTasks(service: ServiceDetail, tasks: readonly Task[], doomed: ReadonlySet<string>): Standing {
  const placed = tasks.filter((task) => task.containerInstance !== undefined || task.lastStatus !== 'PROVISIONING');
  const displaced = placed.filter(({ containerInstance }) => containerInstance && doomed.has(containerInstance));
  return {
    service,
    kept: placed.length - displaced.length,
    displaced: displaced.length,
    displacedStarting: displaced.filter(({ lastStatus }) => lastStatus !== 'RUNNING').length,
    waiting: tasks.length - placed.length,
    on: new Set(placed.flatMap(({ containerInstance }) => containerInstance ?? [])),
  };
}

function ofCounts(service: ServiceDetail): Standing {
  const { launch, running, pending } = service;
  const waiting = launch.on === 'fargate' || launch.providers.length > 0 ? pending : 0;
  return { service, kept: running + pending - waiting, displaced: 0, displacedStarting: 0, waiting, on: new Set() };
}

const isWanted = ({ desiredStatus, lastStatus }: Task): boolean =>
  desiredStatus === 'RUNNING' && lastStatus !== 'STOPPED';

/**
 * How many awsvpc tasks each container instance has, which ECS does not tell. A task whose definition is not known
 * counts if it has an address of its own.
 *
 * @param shapes by ARN of the task definition
 */
export function awsvpcTasks(
  tasks: readonly Task[],
  shapes: ReadonlyMap<string, TaskShape>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { containerInstance, definition, ips, lastStatus } of tasks) {
    if (containerInstance === undefined || lastStatus === 'STOPPED') continue;
    const own = shapes.get(definition)?.interfaces ?? (ips.length > 0 ? 1 : 0);
    counts.set(containerInstance, (counts.get(containerInstance) ?? 0) + own);
  }
  return counts;
}
