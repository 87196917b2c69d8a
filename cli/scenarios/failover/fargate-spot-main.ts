import { allTakenBack, lentOnlyOn, mainsAreWhole, noStandbyOn, wholeFrom } from '../../failover/promises.ts';
import { AFTER_STANDBYS_SECONDS, afterStandbys, type Scenario } from '../../scenario.ts';
import { lendingCluster, served } from './setting.ts';

export const fargateSpotMain: Scenario = {
  name: 'fargate-spot-main',
  title:
    'Fargate takes back half the tasks of a service on Fargate Spot and has no more of them: Fargate carries them for a while.',
  seconds: AFTER_STANDBYS_SECONDS + 1_080,
  failover: true,
  build(region, account) {
    const cluster = lendingCluster(region);
    served(region, { cluster, name: 'checkout', desired: 6, capacityProvider: 'FARGATE_SPOT' });
    afterStandbys(account, 0, () => {
      region.setFargateCapacity({ spot: true, vcpus: 0 });
      region.interruptFargateSpot(3);
    });
    afterStandbys(account, 420, () => region.setFargateCapacity({ spot: true, vcpus: 1_000 }));
  },
  promises: [lentOnlyOn('fargate'), noStandbyOn('fargate-spot'), wholeFrom(180), allTakenBack, mainsAreWhole],
};
