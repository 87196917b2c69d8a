import type {
  CreateAutoScalingGroupType,
  DeleteAutoScalingGroupType,
  ScalingProcessQuery,
  SetDesiredCapacityType,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import type { Operation } from '../service.ts';
import { AwsError } from '../service.ts';
import type { World } from '../world/world.ts';
import type { Group } from './group.ts';
import { applySettings, sourceWith } from './group-changes.ts';
import type { AutoScalingGroups } from './groups.ts';
import { hookFrom } from './hook-operations.ts';
import { emptyGroup } from './new-group.ts';
import { checkSizes, groupNamed, invalid } from './validation.ts';

/** A person suspends; Auto Scaling itself does after a day of failed launches, which is not imitated. */
const processes = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
];

/** Operations that create, change and delete groups. */
export const groupOperations = (world: World, scaling: AutoScalingGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html */
  CreateAutoScalingGroup: (input: CreateAutoScalingGroupType): object => {
    create(world, scaling, input);
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_UpdateAutoScalingGroup.html */
  UpdateAutoScalingGroup: (input: UpdateAutoScalingGroupType, { caller }): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const sizes = sizesWith(group, input);
    checkSizes(sizes);
    const source = sourceWith(input, group, scaling.fleet);
    applySettings(group.settings, input);
    const before = onDemandBase(group);
    Object.assign(group, sizes, source);
    tellBase(world, group, { before, by: caller });
    scaling.changed(group);
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteAutoScalingGroup.html */
  DeleteAutoScalingGroup: (input: DeleteAutoScalingGroupType): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    if (group.instances.size > 0 && !input.ForceDelete) {
      const text =
        'You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.';
      throw new AwsError('ResourceInUse', text);
    }
    scaling.remove(group);
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html */
  SetDesiredCapacity: (input: SetDesiredCapacityType): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const readyAt = (group.scaledAt ?? Number.NEGATIVE_INFINITY) + group.settings.DefaultCooldown * 1_000;
    if (input.HonorCooldown && world.now() < readyAt) {
      const text = `Scaling activity is in cooldown for AutoScalingGroup ${group.name} and blocks this action`;
      throw new AwsError('ScalingActivityInProgress', text);
    }
    scaling.setDesired(group, input.DesiredCapacity ?? 0);
    group.scaledAt = world.now();
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html: none named means all */
  SuspendProcesses: (input: ScalingProcessQuery): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const at = new Date(world.now()).toISOString();
    for (const name of processesOf(input)) group.suspended.set(name, `User suspended at ${at}`);
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ResumeProcesses.html */
  ResumeProcesses: (input: ScalingProcessQuery): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    for (const name of processesOf(input)) group.suspended.delete(name);
    scaling.changed(group);
    return {};
  },
});

const create = (world: World, scaling: AutoScalingGroups, input: CreateAutoScalingGroupType): void => {
  const { AutoScalingGroupName: name = '', MinSize: minSize = 0, MaxSize: maxSize = 0 } = input;
  if (scaling.groups.has(name)) {
    const text = `AutoScalingGroup by this name already exists - A group with the name ${name} already exists`;
    throw new AwsError('AlreadyExists', text);
  }
  if (!/^[^:]{1,255}$/.test(name))
    throw invalid(`AutoScalingGroupName ${name} must be 1 to 255 characters without ':'`);
  const desired = input.DesiredCapacity ?? minSize;
  checkSizes({ minSize, maxSize, desired });
  const source = sourceWith(input, undefined, scaling.fleet);
  const group = emptyGroup(world, { name, minSize, maxSize, desired, ...source });
  group.pools = source.pools;
  applySettings(group.settings, input);
  for (const { Key = '', Value = '', PropagateAtLaunch = false } of input.Tags ?? []) {
    group.tags.set(Key, { value: Value, atLaunch: PropagateAtLaunch });
  }
  for (const given of input.LifecycleHookSpecificationList ?? []) {
    const hook = hookFrom(given);
    group.hooks.set(hook.name, hook);
  }
  scaling.groups.set(name, group);
  scaling.changed(group);
};

// A maximum below the desired capacity lowers it, a minimum above raises it, unless the request names it too.
const onDemandBase = ({ policy }: Group): number => policy?.InstancesDistribution?.OnDemandBaseCapacity ?? 0;

const tellBase = (world: World, group: Group, { before, by }: { before: number; by: string }): void => {
  const base = onDemandBase(group);
  if (base === before) return;
  const text = `${group.name} has an On-Demand base of ${base} instead of ${before}`;
  world.journal({ kind: 'on-demand-base', subject: group.name, text, data: { base, before, by } });
};

const sizesWith = (group: Group, input: UpdateAutoScalingGroupType) => {
  const minSize = input.MinSize ?? group.minSize;
  const maxSize = input.MaxSize ?? group.maxSize;
  const desired = input.DesiredCapacity ?? Math.max(minSize, Math.min(maxSize, group.desired));
  return { minSize, maxSize, desired };
};

const processesOf = ({ ScalingProcesses: names }: ScalingProcessQuery): readonly string[] => {
  const unknown = names?.find((name) => !processes.includes(name));
  if (unknown !== undefined) throw invalid(`Invalid scaling process name: ${unknown}`);
  return names?.length ? names : processes;
};
