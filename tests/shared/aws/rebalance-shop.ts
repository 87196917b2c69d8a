import { DescribeAutoScalingGroupsCommand, type MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import { writeOutcome } from '../../../shared/aws/write-outcome.ts';
import type { ActionOf } from '../../../shared/plan/action.ts';
import type { RebalanceAction } from '../../../shared/plan/rebalance-action.ts';
import type { GroupOptions } from '../../../sim/world/options.ts';
import { lab, REGION } from './lab.ts';
import { because } from './lending-shop.ts';

export const TYPES = ['m6i.large', 'm5.large', 'c6i.xlarge'] as const;
export const ZONES = ['eu-west-1a', 'eu-west-1b'] as const;

export type Options = { readonly group?: Partial<GroupOptions>; readonly lab?: Parameters<typeof lab>[0] };

/** A cluster on a group `web` of four Spot Instances, of three types in two zones. */
export function rebalanceShop(options: Options = {}) {
  const made = lab(options.lab);
  const { region, rebalance, run } = made;
  const cluster = region.createCluster({ name: 'shop' });
  const group = region.createGroup({
    name: 'web',
    cluster,
    desired: 4,
    minSize: 2,
    maxSize: 6,
    pools: TYPES.flatMap((type) => ZONES.map((zone) => ({ type, zone }))),
    distribution: { OnDemandPercentageAboveBaseCapacity: 0, SpotAllocationStrategy: 'price-capacity-optimized' },
    ...options.group,
  });
  region.settle();
  const [first] = [...group.instances.keys()];
  return {
    ...made,
    cluster,
    group,
    /** id of an instance of the group */
    first: first ?? '',
    templates: region.parts.fleet.templates,
    policy: async (): Promise<MixedInstancesPolicy | undefined> => {
      const command = new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['web'] });
      return (await run(rebalance.autoscaling.send(command))).AutoScalingGroups?.[0]?.MixedInstancesPolicy;
    },
    tagsOf: async (id: string): Promise<Readonly<Record<string, string | undefined>>> => {
      const { Reservations } = await run(rebalance.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] })));
      const tags = Reservations?.[0]?.Instances?.[0]?.Tags ?? [];
      return Object.fromEntries(tags.map(({ Key = '', Value }) => [Key, Value]));
    },
    /** How a write ended. */
    outcome: (action: RebalanceAction, perform: Parameters<typeof writeOutcome>[2]) =>
      run(writeOutcome(action, action.group, perform)),
    /** Lets so many seconds of virtual time pass. */
    pass: (seconds: number) => made.account.clock.run(made.account.clock.now() + seconds * 1_000),
  };
}

export const setTypes = (
  from: readonly string[],
  types: readonly string[],
  converts = false,
): ActionOf<'set-overrides'> => ({ ...because, do: 'set-overrides', group: 'web', from, types, converts });

/** An action on one instance of the group `web`. */
export const onInstance = <D extends 'mark-detached' | 'detach' | 'reattach'>(does: D, instanceId: string) => ({
  ...because,
  do: does,
  group: 'web',
  instanceId,
});

export const terminateOf = (instanceId: string, from: 'group' | 'detached'): ActionOf<'terminate'> => ({
  ...because,
  do: 'terminate',
  lowers: true,
  group: 'web',
  instanceId,
  from,
});

export const launchIn = (zone: string, token = 'token-1'): ActionOf<'launch-replacement'> => ({
  ...because,
  do: 'launch-replacement',
  group: 'web',
  instanceId: 'i-old',
  zone,
  token,
});

export { because, REGION };
