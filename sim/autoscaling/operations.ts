import type {
  AutoScalingGroup,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  AutoScalingInstancesType,
  CompleteLifecycleActionType,
  DescribeAutoScalingInstancesType,
  RecordLifecycleActionHeartbeatType,
} from '@aws-sdk/client-auto-scaling';
import type { Operation } from '../service.ts';
import { AwsError } from '../service.ts';
import { page } from '../world/page.ts';
import type { Group, GroupInstance } from './group.ts';
import type { AutoScalingGroups } from './groups.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';

/** The Auto Scaling operations of one region, in SDK shapes. */
export const autoScalingOperations = (
  scaling: AutoScalingGroups,
  actions: LifecycleActions,
): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html: unknown names are left out */
  DescribeAutoScalingGroups: (input: AutoScalingGroupNamesType): AutoScalingGroupsType => {
    const names = input.AutoScalingGroupNames;
    const all = [...scaling.groups.values()];
    const found = names?.length ? all.filter((group) => names.includes(group.name)) : all;
    const result = page(found, pageRequest(input, 100));
    return { AutoScalingGroups: result.items.map(groupShape), NextToken: result.nextToken };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingInstances.html: unknown ids are left out */
  DescribeAutoScalingInstances: (input: DescribeAutoScalingInstancesType): AutoScalingInstancesType => {
    const wanted = input.InstanceIds?.length ? new Set(input.InstanceIds) : undefined;
    const all = [...scaling.groups.values()].flatMap((group) =>
      [...group.instances.values()].map((instance) => ({ sequence: instance.ec2.sequence, group, instance })),
    );
    const found = all
      .filter(({ instance }) => !wanted || wanted.has(instance.ec2.id))
      .sort((a, b) => a.sequence - b.sequence);
    const result = page(found, pageRequest(input, 50));
    return {
      AutoScalingInstances: result.items.map(({ group, instance }) => ({
        AutoScalingGroupName: group.name,
        ...instanceShape(instance),
      })),
      NextToken: result.nextToken,
    };
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RecordLifecycleActionHeartbeat.html */
  RecordLifecycleActionHeartbeat: (input: RecordLifecycleActionHeartbeatType): object => {
    actions.heartbeat(reference(input));
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CompleteLifecycleAction.html */
  CompleteLifecycleAction: (input: CompleteLifecycleActionType): object => {
    const result = input.LifecycleActionResult;
    if (result !== 'CONTINUE' && result !== 'ABANDON') {
      throw new AwsError('ValidationError', `Lifecycle action result ${result} is not CONTINUE or ABANDON`);
    }
    actions.complete(reference(input), result);
    return {};
  },
});

const reference = (input: RecordLifecycleActionHeartbeatType) => ({
  groupName: input.AutoScalingGroupName,
  hookName: input.LifecycleHookName,
  instanceId: input.InstanceId,
  token: input.LifecycleActionToken,
});

const pageRequest = (
  input: { readonly MaxRecords?: number | undefined; readonly NextToken?: string | undefined },
  maximum: number,
) => {
  const size = input.MaxRecords ?? 50;
  if (size < 1 || size > maximum) throw new AwsError('ValidationError', `MaxRecords must be between 1 and ${maximum}`);
  return { size, token: input.NextToken, invalidTokenCode: 'InvalidNextToken' };
};

const instanceShape = ({ ec2, lifecycleState }: GroupInstance) => ({
  InstanceId: ec2.id,
  InstanceType: ec2.type,
  AvailabilityZone: ec2.zone,
  LifecycleState: lifecycleState,
  HealthStatus: 'Healthy',
  ProtectedFromScaleIn: false,
});

const groupShape = (group: Group): AutoScalingGroup => ({
  AutoScalingGroupName: group.name,
  AutoScalingGroupARN: group.arn,
  MinSize: group.minSize,
  MaxSize: group.maxSize,
  DesiredCapacity: group.desired,
  DefaultCooldown: 300,
  AvailabilityZones: [...new Set(group.pools.map(({ zone }) => zone))],
  HealthCheckType: 'EC2',
  CreatedTime: new Date(group.createdAt),
  CapacityRebalance: false,
  Instances: [...group.instances.values()].map(instanceShape),
  Tags: Object.entries(group.tags).map(([Key, Value]) => ({
    ResourceId: group.name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: true,
  })),
});
