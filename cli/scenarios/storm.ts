import type { Pool } from '../../sim/ec2/instance.ts';
import { noRequestDropped, noSigtermCutShort, noTaskKilled, noThrottling } from '../promises.ts';
import { at, type Scenario } from '../scenario.ts';

const doomed: Pool = { type: 'm6i.large', zone: 'eu-west-1a' };

const others: readonly Pool[] = [
  { type: 'm5.large', zone: 'eu-west-1b' },
  { type: 'm6a.large', zone: 'eu-west-1b' },
  { type: 'm5.large', zone: 'eu-west-1c' },
  { type: 'm6i.large', zone: 'eu-west-1c' },
];

/** What differs between the services: requests a second, their mean milliseconds, deregistration delay in seconds. */
const services = [
  ['checkout', 60, 150, 30],
  ['cart', 50, 120, 30],
  ['search', 60, 300, 30],
  ['catalog', 50, 80, 15],
  ['pricing', 40, 60, 15],
  ['reviews', 20, 200, 30],
  ['accounts', 30, 180, 30],
  ['payments', 20, 900, 45],
  ['recommendations', 30, 500, 30],
  ['images', 40, 1_500, 60],
] as const;

export const storm: Scenario = {
  name: 'storm',
  title: 'EC2 takes back a whole pool: 100 of the 200 instances under ten busy services, within seconds.',
  seconds: 330,
  build(region, account) {
    const cluster = region.createCluster({ name: 'prod' });
    region.createGroup({ name: 'prod-wide', cluster, desired: 100, pools: others });
    // When this group grew, one pool alone had capacity: all of it is there.
    for (const pool of others) region.setAvailable(pool, false);
    region.createGroup({ name: 'prod-deep', cluster, desired: 100, pools: [doomed, ...others] });
    for (const pool of others) region.setAvailable(pool, true);
    region.createService({ cluster, name: 'log-shipper', scheduling: 'DAEMON', cpu: 64, memory: 128 });
    for (const [name, requestsPerSecond, requestMs, deregistrationDelaySeconds] of services) {
      const targetGroup = region.createTargetGroup({ name, deregistrationDelaySeconds });
      region.createService({ cluster, name, desired: 50, targetGroup, requestsPerSecond, requestMs });
    }
    at(account, 0, () => region.interruptPool({ ...doomed, overMs: 4_000 }));
  },
  promises: [noRequestDropped, noTaskKilled, noSigtermCutShort, noThrottling],
};
