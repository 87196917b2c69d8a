import type { CapacityProvider } from '../../../sim/ecs/model/capacity-provider.ts';
import type { LastStatus } from '../../../sim/ecs/model.ts';
import type { GroupOptions, ServiceOptions } from '../../../sim/world/options.ts';
import { pools, smallAccount } from '../small-account.ts';

/** A cluster whose group `spot` is scaled by ECS through the provider `scaled`; its instances hold two tasks of `web`. */
export const scaled = (
  options: Partial<GroupOptions> = {},
  accountOptions: Parameters<typeof smallAccount>[0] = {},
) => {
  const world = smallAccount(accountOptions);
  const { region } = world;
  const cluster = region.createCluster({ name: 'prod' });
  const group = region.createGroup({
    name: 'spot',
    cluster,
    pools,
    desired: 0,
    maxSize: 50,
    bootMs: 60_000,
    capacityProvider: 'scaled',
    managedScaling: {},
    ...options,
  });
  const service = (more: Partial<ServiceOptions> = {}) =>
    region.createService({ cluster, name: 'web', cpu: 1_024, capacityProvider: 'scaled', ...more });
  const provider = region.parts.ecs.state.capacityProviders.get('scaled') as CapacityProvider;
  return {
    ...world,
    cluster,
    group,
    provider,
    service,
    /** how many tasks of the cluster have a status */
    count: (status: LastStatus) => [...cluster.tasks.values()].filter(({ lastStatus }) => lastStatus === status).length,
    /** why tasks that failed to start did so */
    failures: () =>
      [...cluster.tasks.values()].flatMap(({ stopCode, stoppedReason }) =>
        stopCode === 'TaskFailedToStart' ? [stoppedReason] : [],
      ),
  };
};
