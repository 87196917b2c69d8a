import type { Group } from '../../sim/autoscaling/group.ts';
import { isUp } from '../../sim/ec2/fleet.ts';
import type { Ec2Instance } from '../../sim/ec2/instance.ts';
import type { Operation } from '../../sim/service.ts';
import type { Region } from '../../sim/world/region.ts';
import { type MonthGroup, ZONES } from './groups.ts';

export type SpotStrategy = 'lowest-price' | 'price-capacity-optimized';

/** Makes a group whose instances run since long ago. */
export function openGroup(region: Region, { name, desired, own }: MonthGroup, strategy: SpotStrategy): Group {
  return region.createGroup({
    name,
    desired,
    pools: own.flatMap((type) => ZONES.map((zone) => ({ type, zone }))),
    distribution: { OnDemandPercentageAboveBaseCapacity: 0, SpotAllocationStrategy: strategy },
  });
}

/** The calls that change groups, at the present instant, without a network. */
export class GroupCalls {
  readonly #region: Region;
  readonly #now: () => number;

  constructor(region: Region, now: () => number) {
    this.#region = region;
    this.#now = now;
  }

  /** UpdateAutoScalingGroup: other types, all else as it is. */
  setTypes({ name, policy }: Group, types: readonly string[]): void {
    this.#call('UpdateAutoScalingGroup', {
      AutoScalingGroupName: name,
      MixedInstancesPolicy: {
        ...policy,
        LaunchTemplate: {
          // The builder names its template after the group.
          LaunchTemplateSpecification: { LaunchTemplateName: name, Version: '1' },
          Overrides: types.map((InstanceType) => ({ InstanceType })),
        },
      },
    });
  }

  /** LaunchInstances of one. @returns whether EC2 had it */
  launch({ name, desired, maxSize }: Group, zone: string): boolean {
    if (desired >= maxSize) return false;
    const request = { AutoScalingGroupName: name, RequestedCapacity: 1, AvailabilityZones: [zone] };
    const answer = this.#call('LaunchInstances', request) as { readonly Instances: readonly unknown[] };
    return answer.Instances.length > 0;
  }

  /** TerminateInstanceInAutoScalingGroup with decrement; one that went by itself leaves only the desired count to lower. */
  terminate({ name, instances, desired }: Group, { id }: Ec2Instance): void {
    const old = instances.get(id);
    if (old?.stays && isUp(old.ec2)) {
      this.#call('TerminateInstanceInAutoScalingGroup', { InstanceId: id, ShouldDecrementDesiredCapacity: true });
    } else {
      this.#call('SetDesiredCapacity', { AutoScalingGroupName: name, DesiredCapacity: desired - 1 });
    }
  }

  #call(operation: string, input: object): unknown {
    const { parts, name } = this.#region;
    const does: Operation | undefined = parts.operations.autoscaling[operation];
    if (!does) throw new Error(`the simulated Auto Scaling has no ${operation}`);
    return does(input, { region: name, account: '123456789012', caller: 'bench', at: this.#now() });
  }
}

/** Instances of a group that stay: neither leaving nor under notice. */
export const staying = ({ instances }: Group): readonly Ec2Instance[] =>
  [...instances.values()].flatMap(({ stays, ec2 }) => (stays && isUp(ec2) ? ec2 : []));
