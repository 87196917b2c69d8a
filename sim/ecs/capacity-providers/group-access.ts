import { type Group, managedDrainingHook } from '../../autoscaling/group.ts';
import type { AutoScalingGroups } from '../../autoscaling/groups.ts';

/** What ECS sees of an Auto Scaling group. */
export type ProviderGroup = {
  readonly name: string;
  readonly arn: string;
  readonly desired: number;
  readonly minSize: number;
  readonly maxSize: number;
  /** NewInstancesProtectedFromScaleIn */
  readonly protectsNewInstances: boolean;
  /** the instance types that it may launch */
  readonly types: readonly string[];
};

/** What ECS does with the Auto Scaling groups of its capacity providers. */
export type GroupAccess = {
  /** @param reference a name or an ARN */
  find(reference: string): ProviderGroup | undefined;
  setDesired(name: string, desired: number): void;
  /** Scale-in protection of one instance of a group. */
  protect(ec2InstanceId: string, on: boolean): void;
  /** Adds or takes away the termination hook of managed draining. */
  drainThroughHook(name: string, on: boolean): void;
};

/** @param scaling read late: ECS and Auto Scaling know each other */
export const groupAccess = (scaling: () => AutoScalingGroups): GroupAccess => {
  const found = (reference: string): Group | undefined =>
    scaling().groups.get(reference) ?? [...scaling().groups.values()].find(({ arn }) => arn === reference);
  return {
    find: (reference) => {
      const group = found(reference);
      return group && { ...group, types: group.pools.map(({ type }) => type) };
    },
    setDesired: (name, desired) => {
      const group = found(name);
      if (group) scaling().setDesired(group, desired);
    },
    protect: (ec2InstanceId, on) => {
      const member = scaling().find(ec2InstanceId);
      if (member) member.instance.protected = on;
    },
    drainThroughHook: (name, on) => {
      const group = found(name);
      if (!group) return;
      const at = group.hooks.findIndex((hook) => hook.name === managedDrainingHook);
      if (on && at < 0) group.hooks.push({ name: managedDrainingHook, heartbeatTimeoutSeconds: 3_600 });
      if (!on && at >= 0) group.hooks.splice(at, 1);
    },
  };
};
