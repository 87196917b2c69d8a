import { isTold, mainsAreWhole, neverBelowDesired } from '../../failover/promises.ts';
import { noRequestDropped } from '../../promises.ts';
import { changedBetween, groupsAreWhole } from '../../rebalance/promises.ts';
import { type Scenario, STORY_AT_SECONDS } from '../../scenario.ts';
import { rebalancedCluster, SPOT_ONLY, served, setByHand, spread } from './setting.ts';

const THEIRS = ['m5.large', 'm5a.large'];

export const terraformReverts: Scenario = {
  name: 'terraform-reverts',
  title:
    'A group of two types is given more. Half an hour later Terraform sets its two types back, which are then left alone.',
  seconds: STORY_AT_SECONDS + 6 * 3_600,
  rebalance: true,
  build(region, account) {
    const cluster = rebalancedCluster(region, { 'spotkeeper:max-pool-share': '1' });
    const group = spread(region, cluster, { types: THEIRS, desired: 4, maxSize: 12 });
    served(region, { cluster, name: 'web', desired: 8 });
    const theirs = {
      AutoScalingGroupName: group.name,
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateName: group.name, Version: '1' },
          Overrides: THEIRS.map((InstanceType) => ({ InstanceType })),
        },
        InstancesDistribution: SPOT_ONLY,
      },
    };
    setByHand(account, 1_800, theirs);
  },
  promises: [
    changedBetween(1, 1),
    isTold(/ignore_changes/, 'how Terraform can be made to leave the types alone'),
    groupsAreWhole,
    neverBelowDesired,
    mainsAreWhole,
    noRequestDropped,
  ],
};
