import { noRequestDropped, noTaskKilled } from '../promises.ts';
import { at, type Scenario } from '../scenario.ts';

export const singleNotice: Scenario = {
  name: 'single-notice',
  title: 'One of six instances gets a Spot notice; the others have room.',
  seconds: 300,
  build(region, account) {
    const cluster = region.createCluster({ name: 'prod' });
    region.createGroup({
      name: 'prod-spot',
      cluster,
      desired: 6,
      pools: [
        { type: 'm6i.large', zone: 'eu-west-1a' },
        { type: 'm6i.large', zone: 'eu-west-1b' },
      ],
    });
    const targetGroup = region.createTargetGroup({ name: 'checkout' });
    region.createService({ cluster, name: 'checkout', desired: 12, targetGroup, requestsPerSecond: 40 });
    const [first] = region.parts.fleet.instances.keys();
    at(account, 0, () => region.interrupt(first ?? ''));
  },
  promises: [noRequestDropped, noTaskKilled],
};
