import { type Group, managedDrainingHook } from '../../autoscaling/group.ts';
import type { AutoScalingGroups } from '../../autoscaling/groups.ts';

/** What ECS sees of an Auto Scaling group. */
export type ProviderGroup = Pick<Group, 'name' | 'arn' | 'desired' | 'minSize' | 'maxSize'> & {
  /** NewInstancesProtectedFromScaleIn */
  readonly protectsNewInstances: boolean;
  /** the instance types that it may launch */
  readonly types: readonly string[];
};

/** What ECS does with the Auto Scaling groups of its capacity providers. */
export type GroupAccess = {
  /** @param reference a name or an ARN */
  find(reference: string): ProviderGroup | undefined;
  /** @throws AwsError ValidationError outside the group's sizes */
  setDesired(name: string, desired: number): void;
  /** Sets the scale-in protection of one instance; one that is in no group is left alone. */
  protect(ec2InstanceId: string, on: boolean): void;
  /** Adds or takes away the termination hook of managed draining. */
  drainThroughHook(name: string, on: boolean): void;
};

/** @param scaling read late: ECS and Auto Scaling know each other */
export const groupAccess = (scaling: () => AutoScalingGroups): GroupAccess => ({
  find: (reference) => {
    const { groups } = scaling();
    const group = groups.get(reference) ?? [...groups.values()].find(({ arn }) => arn === reference);
    return group && seen(group);
  },
  setDesired: (name, desired) => {
    const group = scaling().groups.get(name);
    if (group) scaling().setDesired(group, desired);
  },
  protect: (ec2InstanceId, on) => {
    const member = scaling().find(ec2InstanceId);
    if (!member || member.instance.protected === on) return;
    member.instance.protected = on;
    // What only this protection kept beyond the desired capacity may go now.
    if (!on) scaling().reconcile(member.group);
  },
  drainThroughHook: (name, on) => {
    const hooks = scaling().groups.get(name)?.hooks;
    if (!on) hooks?.delete(managedDrainingHook);
    else if (!hooks?.has(managedDrainingHook)) {
      hooks?.set(managedDrainingHook, { name: managedDrainingHook, heartbeatTimeoutSeconds: 3_600 });
    }
  },
});

const seen = ({ name, arn, desired, minSize, maxSize, settings, pools }: Group): ProviderGroup => ({
  name,
  arn,
  desired,
  minSize,
  maxSize,
  protectsNewInstances: settings.NewInstancesProtectedFromScaleIn,
  types: [...new Set(pools.map(({ type }) => type))],
});
