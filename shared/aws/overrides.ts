import {
  type AutoScalingClient,
  type LaunchTemplateOverrides,
  type MixedInstancesPolicy,
  UpdateAutoScalingGroupCommand,
  type AutoScalingGroup as Wire,
} from '@aws-sdk/client-auto-scaling';
import type { SetOverrides } from '../plan/rebalance-action.ts';
import { describeGroups } from './auto-scaling-groups.ts';
import { byId, wholePolicy } from './whole-policy.ts';
import type { Ending } from './write-outcome.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html */
const MOST_TYPES = 40;

/**
 * Gives a group other instance types. The policy is read and sent back whole, since an update replaces it as a whole:
 * each type that stays keeps its override as it is, with its launch template, image or weight. Instances that run are
 * not touched. A group whose types are neither the ones that the plan rests on nor the ones it wants is left as it is.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html
 * @throws RangeError for no type at all, more than 40, or one named twice: a group is never left without types
 */
export async function setOverrides(autoscaling: AutoScalingClient, action: SetOverrides): Promise<Ending> {
  requireTypes(action);
  const { group, converts } = action;
  const [found] = await describeGroups(autoscaling, [group]);
  if (!found) return 'gone';
  const policy = found.MixedInstancesPolicy;
  if (!policy && !converts) return left('it has no mixed-instances policy, so it has no list of instance types');
  const changed = policy ? withTypes(policy, action) : newPolicy(found, action);
  if (typeof changed === 'string' || 'error' in changed) return changed;
  await autoscaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: group, MixedInstancesPolicy: changed }),
  );
  return 'done';
}

function requireTypes({ group, types }: SetOverrides): void {
  const unique = new Set(types).size;
  if (types.length >= 1 && types.length <= MOST_TYPES && unique === types.length && !types.includes('')) return;
  throw new RangeError(
    `the instance types for ${group} are [${types.join(', ')}]: 1 to ${MOST_TYPES} different types are allowed`,
  );
}

type Changed = MixedInstancesPolicy | Ending;

function withTypes(policy: MixedInstancesPolicy, { from, types }: SetOverrides): Changed {
  const { LaunchTemplate: plan, ...rest } = wholePolicy(policy);
  const overrides = plan?.Overrides ?? [];
  if (overrides.some(({ InstanceRequirements }) => InstanceRequirements)) {
    return left('its instance types are chosen by attributes: they are left alone');
  }
  const has = overrides.flatMap(({ InstanceType }) => InstanceType ?? []);
  if (isSame(has, types)) return 'already';
  // Without overrides the launch template names the one type.
  if (!isSame(has, from) && (overrides.length > 0 || from.length > 1)) {
    return left(
      `its instance types are ${said(has)}, not ${said(from)} as planned: somebody changed them, they are left alone`,
    );
  }
  const lost = overrides.filter((one) => hasOwn(one) && !types.includes(one.InstanceType ?? ''));
  if (lost.length > 0) {
    const lostTypes = said(lost.map(({ InstanceType = '' }) => InstanceType));
    return left(`${lostTypes} would lose a launch template or an image of its own, which nobody could put back`);
  }
  const known = new Map(overrides.map((override) => [override.InstanceType, override]));
  const Overrides = types.map((InstanceType): LaunchTemplateOverrides => known.get(InstanceType) ?? { InstanceType });
  const unweighted = Overrides.filter(({ WeightedCapacity }) => WeightedCapacity === undefined);
  if (unweighted.length > 0 && unweighted.length < Overrides.length) {
    const added = said(unweighted.map(({ InstanceType = '' }) => InstanceType));
    return left(`its instance types have weights, and what weight ${added} should have is not ours to say`);
  }
  return { ...rest, LaunchTemplate: { ...plan, Overrides } };
}

/**
 * The policy of a group that had one launch template: the same template, more types, and On-Demand as before. A template
 * that asks for Spot Instances is refused by Auto Scaling.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
 */
function newPolicy({ LaunchTemplate: template }: Wire, { types }: SetOverrides): Changed {
  if (!template) return left('it launches from a launch configuration, which can have one instance type only');
  return {
    LaunchTemplate: {
      LaunchTemplateSpecification: byId(template),
      Overrides: types.map((InstanceType) => ({ InstanceType })),
    },
    InstancesDistribution: {
      OnDemandAllocationStrategy: 'prioritized',
      OnDemandPercentageAboveBaseCapacity: 100,
      SpotAllocationStrategy: 'price-capacity-optimized',
    },
  };
}

const hasOwn = ({ LaunchTemplateSpecification, ImageId }: LaunchTemplateOverrides): boolean =>
  LaunchTemplateSpecification !== undefined || ImageId !== undefined;

const left = (error: string): Ending => ({ retry: false, error });

const isSame = (a: readonly string[], b: readonly string[]): boolean => a.join(' ') === b.join(' ');

const said = (types: readonly string[]): string => (types.length === 0 ? 'none' : types.join(', '));
