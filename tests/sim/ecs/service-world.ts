import { behaviourLabels } from '../../../sim/ecs/definitions/derive.ts';
import type { EcsService, Task } from '../../../sim/ecs/model.ts';
import type { DefinitionOptions, ServiceOptions } from '../../../sim/world/options.ts';
import { pools, smallAccount } from '../small-account.ts';

export type Without = Partial<Omit<ServiceOptions, 'cluster' | 'name'>>;

export type WorldOptions = Without & {
  /** instances, dealt out over three zones; default 3 */
  readonly hosts?: number;
  /** does the service have its tasks when the story begins? default true */
  readonly settled?: boolean;
};

/** A cluster `prod` with one service `web` of three tasks. */
export const serviceWorld = ({ hosts = 3, settled = true, ...options }: WorldOptions = {}) => {
  const world = smallAccount();
  const { region, call } = world;
  const cluster = region.createCluster({ name: 'prod', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  const group = region.createGroup({ name: 'spot', cluster, pools, desired: hosts });
  const service = region.createService({ cluster, name: 'web', desired: 3, ...options });
  if (settled) region.settle();
  const tasks = [...service.tasks.values()];
  const update = (input: object) => call('ecs', 'UpdateService', { cluster: 'prod', service: 'web', ...input });
  /** Deploys a new revision whose container behaves like this. */
  const deploy = (behaviour: DefinitionOptions = {}, input: object = {}) => {
    const { registered } = (service.deployments[0] as EcsService['deployments'][0]).definition;
    const containerDefinitions = (registered.containerDefinitions ?? []).map((container) => ({
      ...container,
      dockerLabels: { ...container.dockerLabels, ...labelsOf(behaviour) },
    }));
    const { taskDefinition } = call('ecs', 'RegisterTaskDefinition', { ...registered, containerDefinitions });
    return update({ taskDefinition: taskDefinition.taskDefinitionArn, ...input });
  };
  return {
    ...world,
    cluster,
    group,
    service,
    tasks,
    update,
    deploy,
    messages: () => service.events.map(({ message }) => message),
    /** details of the events of a detail-type, with when they came */
    // biome-ignore lint/suspicious/noExplicitAny: each test knows the fields of the event it looks at
    details: (detailType: string, eventName?: string): any[] =>
      world
        .eventsOf(detailType)
        .map(({ detail, at }) => ({ ...(detail as { eventName?: string }), at }))
        .filter((detail) => eventName === undefined || detail.eventName === eventName),
    drain: (doomed: readonly (Task | undefined)[], status = 'DRAINING') =>
      call('ecs', 'UpdateContainerInstancesState', {
        cluster: 'prod',
        containerInstances: [...new Set(doomed.map((task) => task?.instance?.arn))],
        status,
      }),
  };
};

/** How many of the tasks that a service wants are in each place or of each kind. */
export const countsBy = (
  service: EcsService,
  read: (task: Task) => string | undefined,
): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const task of service.tasks.values()) {
    if (task.desiredStatus === 'RUNNING') counts[read(task) ?? ''] = (counts[read(task) ?? ''] ?? 0) + 1;
  }
  return counts;
};

const labelsOf = (behaviour: DefinitionOptions): Record<string, string> =>
  Object.fromEntries(
    Object.entries(behaviourLabels).flatMap(([name, label]) => {
      const value = behaviour[name as keyof typeof behaviourLabels & keyof DefinitionOptions];
      return value === undefined ? [] : [[label, String(value)]];
    }),
  );
