import { noTaskKilled, noThrottling } from '../promises.ts';
import { at, type Scenario } from '../scenario.ts';

const pool = { type: 'm5.large', zone: 'eu-west-1b' };

export const minHealthy100: Scenario = {
  name: 'min-healthy-100',
  title: 'Half of a full cluster gets its notice; services want 100 % healthy and no room is anywhere.',
  seconds: 300,
  build(region, account) {
    const cluster = region.createCluster({ name: 'full' });
    region.createGroup({ name: 'full-spot', cluster, desired: 20, pools: [pool] });
    for (const [name, desired] of [
      ['api', 60],
      ['worker', 60],
      ['admin', 40],
    ] as const) {
      const balanced =
        name === 'worker' ? {} : { targetGroup: region.createTargetGroup({ name }), requestsPerSecond: 30 };
      region.createService({ cluster, name, desired, minimumHealthyPercent: 100, maximumPercent: 200, ...balanced });
    }
    at(account, 0, () => region.interruptPool({ ...pool, count: 10, overMs: 2_000 }));
  },
  promises: [noTaskKilled, noThrottling],
};
