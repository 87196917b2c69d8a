import { noRequestDropped, noTaskKilled, noThrottling } from '../promises.ts';
import { at, type Promised, type Scenario } from '../scenario.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

/** Eight instances are one call of ten in each cluster, two when two workers share their notices. */
const MOST_DRAIN_CALLS = 4;

const noDrainTwice: Promised = ({ verdict: { calls } }) => {
  const drains = calls['ecs:UpdateContainerInstancesState'] ?? 0;
  return drains > MOST_DRAIN_CALLS ? [`${drains} calls to drain 16 instances that their agents drain as well`] : [];
};

export const agentDrainsToo: Scenario = {
  name: 'agent-drains-too',
  title: 'Agents drain on Spot notices, managed draining does as well, and spotkeeper with them.',
  seconds: 300,
  build(region, account) {
    for (const name of ['agents', 'managed']) {
      const cluster = region.createCluster({ name });
      const own =
        name === 'agents' ? { agentDrainsOnSpot: true } : { capacityProvider: 'managed', managedDraining: true };
      const group = region.createGroup({ name: `${name}-spot`, cluster, desired: 16, pools: [pool], ...own });
      const targetGroup = region.createTargetGroup({ name: `${name}-web` });
      region.createService({ cluster, name: 'web', desired: 32, targetGroup, requestsPerSecond: 40 });
      at(account, 0, () => {
        for (const id of [...group.instances.keys()].slice(0, 8)) region.interrupt(id);
      });
    }
  },
  promises: [noDrainTwice, noRequestDropped, noTaskKilled, noThrottling],
};
