import { noTaskKilled } from '../promises.ts';
import { at, type Scenario } from '../scenario.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };

export const nlb: Scenario = {
  name: 'nlb',
  title: 'Services behind network load balancers, in a cluster with room and in a full one.',
  seconds: 300,
  build(region, account) {
    for (const [name, tasksPerInstance] of [
      ['roomy', 2],
      ['full', 8],
    ] as const) {
      const cluster = region.createCluster({ name });
      region.createGroup({ name: `${name}-spot`, cluster, desired: 6, pools: [pool] });
      const targetGroup = region.createTargetGroup({
        name: `${name}-mqtt`,
        kind: 'network',
        deregistrationDelaySeconds: 60,
      });
      const traffic = { requestsPerSecond: 20, requestMs: 400 };
      region.createService({ cluster, name: `${name}-mqtt`, desired: 6 * tasksPerInstance, targetGroup, ...traffic });
    }
    at(account, 0, () => {
      for (const { clusterName, instances } of region.parts.autoScaling.groups.values()) {
        const [first, second] = instances.keys();
        for (const id of [first, second]) if (clusterName && id) region.interrupt(id);
      }
      region.setAvailable(pool, false);
    });
  },
  promises: [noTaskKilled],
};
