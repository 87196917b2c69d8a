import type {
  Activity as ActivityShape,
  AutoScalingGroup,
  LifecycleHook as HookShape,
  MixedInstancesPolicy,
} from '@aws-sdk/client-auto-scaling';
import { isUp } from '../ec2/fleet.ts';
import type { Call } from '../service.ts';
import type { Activity } from './activity.ts';
import type { Group, GroupInstance, LifecycleHook } from './group.ts';
import { distributionOf } from './launch-plan.ts';
import { transitionOf } from './lifecycle-actions.ts';

/** A group as DescribeAutoScalingGroups shows it. @param hides instances launched at these instants are left out */
export const groupShape = (group: Group, hides?: Call['hides']): AutoScalingGroup => ({
  ...group.settings,
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  ...(group.template ? { LaunchTemplate: group.template } : {}),
  ...(group.policy ? { MixedInstancesPolicy: policyShape(group, group.policy) } : {}),
  MinSize: group.minSize,
  MaxSize: group.maxSize,
  DesiredCapacity: group.desired,
  AvailabilityZones: [...group.zones],
  LoadBalancerNames: [],
  TargetGroupARNs: [],
  CreatedTime: new Date(group.createdAt),
  ...(group.deleting ? { Status: 'Delete in progress' } : {}),
  TerminationPolicies: [...group.settings.TerminationPolicies],
  SuspendedProcesses: [...group.suspended].map(([ProcessName, SuspensionReason]) => ({
    ProcessName,
    SuspensionReason,
  })),
  EnabledMetrics: [],
  TrafficSources: [],
  Instances: [...group.instances.values()]
    .filter(({ ec2 }) => !hides?.(ec2.launchedAt))
    .map((instance) => instanceShape(group, instance)),
  Tags: [...group.tags.keys()].map((key) => tagShape(group, key)),
});

export const tagShape = (group: Group, key: string) => ({
  ResourceId: group.name,
  ResourceType: 'auto-scaling-group',
  Key: key,
  Value: group.tags.get(key)?.value ?? '',
  PropagateAtLaunch: group.tags.get(key)?.atLaunch ?? false,
});

/** An instance as the group's description shows it; `WeightedCapacity` only where the group has weights. */
export const instanceShape = (group: Group, instance: GroupInstance) => {
  const { ec2, weight, template, lifecycleState, healthy } = instance;
  const weighted = group.policy?.LaunchTemplate?.Overrides?.some(({ WeightedCapacity }) => WeightedCapacity);
  return {
    InstanceId: ec2.id,
    InstanceType: ec2.type,
    AvailabilityZone: ec2.zone,
    LifecycleState: lifecycleState,
    HealthStatus: healthy && (isUp(ec2) || lifecycleState.startsWith('Terminating')) ? 'Healthy' : 'Unhealthy',
    ...(template ? { LaunchTemplate: template } : {}),
    ProtectedFromScaleIn: instance.protected,
    ...(weighted ? { WeightedCapacity: String(weight) } : {}),
  };
};

/** An activity; its `Details` are JSON text here, and an object in events. */
export const activityShape = (group: Group, activity: Activity): ActivityShape => ({
  ActivityId: activity.id,
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  Description: activity.description,
  Cause: activity.cause,
  StartTime: new Date(activity.startedAt),
  ...(activity.endedAt === undefined ? {} : { EndTime: new Date(activity.endedAt) }),
  StatusCode: activity.statusCode,
  ...(activity.statusMessage === undefined ? {} : { StatusMessage: activity.statusMessage }),
  Progress: activity.endedAt === undefined ? 50 : 100,
  Details: JSON.stringify({ 'Subnet ID': activity.subnet, 'Availability Zone': activity.zone }),
});

export const hookShape = (group: Group, hook: LifecycleHook): HookShape => ({
  LifecycleHookName: hook.name,
  AutoScalingGroupName: group.name,
  LifecycleTransition: transitionOf(hook),
  HeartbeatTimeout: hook.heartbeatTimeoutSeconds,
  GlobalTimeout: Math.min(172_800, hook.heartbeatTimeoutSeconds * 100),
  DefaultResult: hook.defaultResult ?? 'CONTINUE',
  ...(hook.notificationMetadata === undefined ? {} : { NotificationMetadata: hook.notificationMetadata }),
});

const policyShape = (group: Group, policy: MixedInstancesPolicy): MixedInstancesPolicy => ({
  ...policy,
  InstancesDistribution: distributionOf(group),
});
