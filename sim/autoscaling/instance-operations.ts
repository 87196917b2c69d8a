import type {
  AttachInstancesQuery,
  DetachInstancesAnswer,
  DetachInstancesQuery,
  EnterStandbyAnswer,
  EnterStandbyQuery,
  ExitStandbyAnswer,
  ExitStandbyQuery,
  SetInstanceHealthQuery,
  SetInstanceProtectionQuery,
  TerminateInstanceInAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import type { Operation } from '../service.ts';
import type { World } from '../world/world.ts';
import { beginActivity, endActivity } from './activities.ts';
import type { Activity } from './activity.ts';
import { activityShape } from './descriptions.ts';
import { GROUP_TAG, type Group, type GroupInstance, launchTags, leave, stay } from './group.ts';
import type { AutoScalingGroups } from './groups.ts';
import { checkSizes, groupNamed, invalid, membersOf } from './validation.ts';

/** Operations on single instances of groups. */
export const instanceOperations = (world: World, scaling: AutoScalingGroups): Record<string, Operation> => ({
  ...membershipOperations(world, scaling),
  ...standbyOperations(world, scaling),

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceProtection.html */
  SetInstanceProtection: (input: SetInstanceProtectionQuery): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const instances = membersOf(group, input.InstanceIds, 50);
    for (const instance of instances) {
      if (!['InService', 'Pending', 'Pending:Wait', 'Pending:Proceed'].includes(instance.lifecycleState)) {
        throw invalid(`The instance ${instance.ec2.id} is not in InService or EnteringStandby or Standby.`);
      }
    }
    for (const instance of instances) instance.protected = input.ProtectedFromScaleIn ?? false;
    scaling.reconcile(group);
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetInstanceHealth.html */
  SetInstanceHealth: (input: SetInstanceHealthQuery): object => {
    const { InstanceId: id = '', HealthStatus: status } = input;
    const found = scaling.find(id);
    if (!found) throw invalid(`The instance with ID ${id} does not exist in any Auto Scaling group`);
    if (status !== 'Healthy' && status !== 'Unhealthy') throw invalid(`Health Status ${status} is not valid.`);
    const { group, instance } = found;
    const graceEndsAt = instance.ec2.launchedAt + group.settings.HealthCheckGracePeriod * 1_000;
    if (status === 'Unhealthy' && (input.ShouldRespectGracePeriod ?? true) && world.now() < graceEndsAt) return {};
    instance.healthy = status === 'Healthy';
    if (status === 'Unhealthy') scaling.replaceUnhealthy(group, instance);
    return {};
  },
});

const membershipOperations = (world: World, scaling: AutoScalingGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_TerminateInstanceInAutoScalingGroup.html */
  TerminateInstanceInAutoScalingGroup: (input: TerminateInput): object => {
    const { group, instances, several } = terminated(scaling, input);
    const decrement = input.ShouldDecrementDesiredCapacity ?? false;
    if (decrement) lowerDesired(group, instances);
    const activities = instances.map((instance) => scaling.terminate(group, instance, byUser));
    scaling.reconcile(group);
    const shapes = activities.map((activity) => activityShape(group, activity));
    return several ? { Activities: shapes } : { Activity: shapes[0] };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DetachInstances.html: hooks do not run */
  DetachInstances: (input: DetachInstancesQuery): DetachInstancesAnswer => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const instances = membersOf(group, input.InstanceIds, 20);
    for (const instance of instances) requireState(instance, ['InService', 'Standby']);
    if (input.ShouldDecrementDesiredCapacity) lowerDesired(group, instances);
    const activities = instances.map((instance) => {
      scaling.detach(group, instance);
      // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html: no other tag goes with it
      delete instance.ec2.tags[GROUP_TAG];
      return done(world, group, { instance, verb: 'Detaching', ing: 'detached' });
    });
    scaling.reconcile(group);
    return { Activities: activities.map((activity) => activityShape(group, activity)) };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_AttachInstances.html: raises the desired capacity */
  AttachInstances: (input: AttachInstancesQuery): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const ids = input.InstanceIds ?? [];
    if (ids.length > 20) throw invalid('The number of instances exceeds the limit of 20.');
    const instances = ids.map((id) => attachable(scaling, id));
    const desired = group.desired + instances.length;
    if (desired > group.maxSize) {
      throw invalid(
        `AutoScalingGroup ${group.name} has min-size=${group.minSize}, max-size=${group.maxSize}, and desired-size=${group.desired}. To attach ${ids.length} more instance, please update the AutoScalingGroup sizes appropriately.`,
      );
    }
    group.desired = desired;
    for (const instance of instances) {
      scaling.attach(group, instance);
      Object.assign(instance.ec2.tags, launchTags(group));
      stay(group, instance);
    }
    return {};
  },
});

const standbyOperations = (world: World, scaling: AutoScalingGroups): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_EnterStandby.html */
  EnterStandby: (input: EnterStandbyQuery): EnterStandbyAnswer => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const instances = membersOf(group, input.InstanceIds, 20);
    for (const instance of instances) requireState(instance, ['InService']);
    if (input.ShouldDecrementDesiredCapacity) lowerDesired(group, instances);
    const activities = instances.map((instance) => {
      leave(group, instance);
      instance.lifecycleState = 'Standby';
      return done(world, group, { instance, verb: 'Moving', ing: 'moved to standby' });
    });
    scaling.reconcile(group);
    return { Activities: activities.map((activity) => activityShape(group, activity)) };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_ExitStandby.html: raises the desired capacity */
  ExitStandby: (input: ExitStandbyQuery): ExitStandbyAnswer => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const instances = membersOf(group, input.InstanceIds, 20);
    for (const instance of instances) requireState(instance, ['Standby']);
    const desired = group.desired + weightOf(instances);
    checkSizes({ ...group, desired });
    group.desired = desired;
    const activities = instances.map((instance) => {
      instance.lifecycleState = 'InService';
      stay(group, instance);
      return done(world, group, { instance, verb: 'Moving', ing: 'moved out of standby' });
    });
    return { Activities: activities.map((activity) => activityShape(group, activity)) };
  },
});

type TerminateInput = TerminateInstanceInAutoScalingGroupType;

const byUser = 'instance was taken out of service in response to a user request.';

// One InstanceId, which says its group itself, or up to 100 InstanceIds of a named group.
const terminated = (scaling: AutoScalingGroups, input: TerminateInput) => {
  const { InstanceId: id, InstanceIds: ids } = input;
  if ((id === undefined) === (ids === undefined)) throw invalid('Specify either InstanceId or InstanceIds.');
  if (ids) {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    return { group, instances: membersOf(group, ids, 100), several: true };
  }
  const found = scaling.find(id ?? '');
  if (!found) throw invalid(`Instance Id not found - No managed instance found for instance ID ${id}`);
  return { group: found.group, instances: [found.instance], several: false };
};

const lowerDesired = (group: Group, instances: readonly GroupInstance[]): void => {
  // One for which another was launched already is in service until it goes: it is counted like the others.
  const counted = instances.filter(({ stays, lifecycleState }) => stays || lifecycleState === 'InService');
  const desired = group.desired - weightOf(counted);
  if (desired < group.minSize) {
    throw invalid(
      `Currently, desiredSize equals minSize (${group.minSize}). Terminating instance without replacement will violate group's min size constraint. Either set shouldDecrementDesiredCapacity flag to false or lower group's min size.`,
    );
  }
  group.desired = desired;
};

const weightOf = (instances: readonly GroupInstance[]): number =>
  instances.reduce((sum, { weight }) => sum + weight, 0);

const requireState = ({ ec2, lifecycleState }: GroupInstance, states: readonly string[]): void => {
  if (!states.includes(lifecycleState)) throw invalid(`The instance ${ec2.id} is not in ${states.join(' or ')}.`);
};

const attachable = (scaling: AutoScalingGroups, id: string): GroupInstance => {
  const ec2 = scaling.fleet.instances.get(id);
  if (!ec2) throw invalid(`Invalid Instance ID(s): [${id}] specified.`);
  if (ec2.state !== 'running') throw invalid(`Instance ${id} is not in correct state.`);
  const owner = scaling.find(id);
  if (owner) throw invalid(`Instance ${id} is already part of AutoScalingGroup:${owner.group.name}.`);
  return {
    ec2,
    weight: 1,
    template: undefined,
    lifecycleState: 'InService',
    stays: false,
    protected: false,
    healthy: true,
    replaces: undefined,
    activity: undefined,
  };
};

type Move = { readonly instance: GroupInstance; readonly verb: string; readonly ing: string };

const done = (world: World, group: Group, { instance, verb, ing }: Move): Activity => {
  const { id, zone } = instance.ec2;
  const at = new Date(world.now()).toISOString();
  const cause = `At ${at} instance ${id} was ${ing} in response to a user request.`;
  const activity = beginActivity(world, group, { cause, description: `${verb} EC2 instance: ${id}`, zone });
  endActivity(world, activity, 'Successful');
  return activity;
};
