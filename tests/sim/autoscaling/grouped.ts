import type { MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import type { Group, GroupInstance } from '../../../sim/autoscaling/group.ts';
import type { GroupOptions } from '../../../sim/world/options.ts';
import { clientsOf } from '../clients.ts';
import { pools, smallAccount, zones } from '../small-account.ts';

export const drainHook = { name: 'spotkeeper-drain', heartbeatTimeoutSeconds: 300 };

/** An account with a group `spot` of three instances in a cluster. */
export const grouped = (options: Partial<GroupOptions> = {}) => {
  const world = smallAccount();
  const cluster = world.region.createCluster({ name: 'prod' });
  const group = world.region.createGroup({ name: 'spot', cluster, pools, desired: 3, ...options });
  const [first] = [...group.instances.values()];
  const id = first?.ec2.id ?? '';
  const action = { AutoScalingGroupName: 'spot', LifecycleHookName: drainHook.name };
  return { ...world, ...verbs(world), cluster, group, id, action };
};

/** An account with a launch template `web` and no group yet. */
export const withTemplate = () => {
  const world = smallAccount();
  world.region.parts.fleet.templates.create({ name: 'web', data: { InstanceType: 'm6i.large' } });
  return { ...world, ...verbs(world) };
};

/** A policy over types, `50` percent Spot when nothing is said. */
export const policyOf = (
  types: readonly string[],
  distribution: MixedInstancesPolicy['InstancesDistribution'] = {},
): MixedInstancesPolicy => ({
  LaunchTemplate: {
    LaunchTemplateSpecification: { LaunchTemplateName: 'web', Version: '$Latest' },
    Overrides: types.map((InstanceType) => ({ InstanceType })),
  },
  InstancesDistribution: distribution,
});

/** A request of CreateAutoScalingGroup in three zones. */
export const createInput = (policy: MixedInstancesPolicy, sizes: object = {}) => ({
  AutoScalingGroupName: 'web',
  MinSize: 0,
  MaxSize: 20,
  DesiredCapacity: 6,
  VPCZoneIdentifier: zones.map((zone) => `subnet-${zone}`).join(','),
  MixedInstancesPolicy: policy,
  ...sizes,
});

export const staying = (group: Group): GroupInstance[] => [...group.instances.values()].filter(({ stays }) => stays);

/** How many instances that stay have each value. */
export const countBy = (group: Group, key: (instance: GroupInstance) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const instance of staying(group)) counts[key(instance)] = (counts[key(instance)] ?? 0) + 1;
  return counts;
};

const verbs = ({ account, region, call, runTo, seconds }: ReturnType<typeof smallAccount>) => {
  const { autoscaling } = clientsOf(account.endpoint);
  return {
    /** an operation of Auto Scaling without the wire */
    asg: (operation: string, input: object) => call('autoscaling', operation, input),
    client: autoscaling,
    /** a call of a real client, answered within a second of virtual time */
    answer: async <T>(work: Promise<T>): Promise<T> => {
      const outcome = account.clock.track(work).then(
        (value) => () => value,
        (error: unknown) => () => {
          throw error;
        },
      );
      await runTo(seconds() + 1);
      return (await outcome)();
    },
    created: (policy: MixedInstancesPolicy, sizes: object = {}): Group => {
      call('autoscaling', 'CreateAutoScalingGroup', createInput(policy, sizes));
      const group = region.parts.autoScaling.groups.get('web');
      if (!group) throw new Error('the group was not created');
      return group;
    },
  };
};
