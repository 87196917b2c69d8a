import type {
  CompleteLifecycleActionType,
  DeleteLifecycleHookType,
  DescribeLifecycleHooksAnswer,
  DescribeLifecycleHooksType,
  LifecycleHookSpecification,
  PutLifecycleHookType,
  RecordLifecycleActionHeartbeatType,
} from '@aws-sdk/client-auto-scaling';
import type { Operation } from '../service.ts';
import { AwsError } from '../service.ts';
import { hookShape } from './descriptions.ts';
import type { HookTransition, LifecycleHook } from './group.ts';
import type { AutoScalingGroups } from './groups.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';
import { groupNamed, invalid, notImitated } from './validation.ts';

const mostHooks = 50;

/** Operations on lifecycle hooks and on the actions that wait for them. */
export const hookOperations = (scaling: AutoScalingGroups, actions: LifecycleActions): Record<string, Operation> => ({
  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html: changes one of the same name */
  PutLifecycleHook: (input: PutLifecycleHookType): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const before = group.hooks.get(input.LifecycleHookName ?? '');
    if (!before && group.hooks.size >= mostHooks) {
      throw new AwsError('LimitExceeded', `Lifecycle hook limit of ${mostHooks} reached for ${group.name}`);
    }
    const hook = hookFrom(input, before);
    group.hooks.set(hook.name, hook);
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DeleteLifecycleHook.html: its open actions are completed */
  DeleteLifecycleHook: (input: DeleteLifecycleHookType): object => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const name = input.LifecycleHookName ?? '';
    if (!group.hooks.delete(name)) throw invalid(`No Lifecycle Hook found with name ${name}`);
    for (const instanceId of [...group.instances.keys()]) {
      actions.completeIfOpen({ groupName: group.name, hookName: name, instanceId });
    }
    return {};
  },

  /** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeLifecycleHooks.html */
  DescribeLifecycleHooks: (input: DescribeLifecycleHooksType): DescribeLifecycleHooksAnswer => {
    const group = groupNamed(scaling, input.AutoScalingGroupName);
    const names = input.LifecycleHookNames;
    const hooks = [...group.hooks.values()].filter(({ name }) => !names?.length || names.includes(name));
    return { LifecycleHooks: hooks.map((hook) => hookShape(group, hook)) };
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
      throw invalid(`Lifecycle action result ${result} is not CONTINUE or ABANDON`);
    }
    actions.complete(reference(input), result);
    return {};
  },
});

type HookInput = PutLifecycleHookType | LifecycleHookSpecification;

/**
 * A hook as a request describes it.
 * @param before the hook of that name, whose members stay where the request has none
 * @throws AwsError ValidationError, NotImplemented for a notification target
 */
export const hookFrom = (input: HookInput, before?: LifecycleHook): LifecycleHook => {
  if (input.NotificationTargetARN) notImitated('NotificationTargetARN');
  const transition = (input.LifecycleTransition ?? before?.transition) as HookTransition | undefined;
  if (!transition || !/^autoscaling:EC2_INSTANCE_(LAUNCHING|TERMINATING)$/.test(transition)) {
    throw invalid(
      'Lifecycle Transition must be one of autoscaling:EC2_INSTANCE_LAUNCHING, autoscaling:EC2_INSTANCE_TERMINATING',
    );
  }
  const heartbeatTimeoutSeconds = input.HeartbeatTimeout ?? before?.heartbeatTimeoutSeconds ?? 3_600;
  if (heartbeatTimeoutSeconds < 30 || heartbeatTimeoutSeconds > 7_200) {
    throw invalid('HeartbeatTimeout must be between 30 and 7200 seconds.');
  }
  const defaultResult = input.DefaultResult ?? before?.defaultResult ?? 'ABANDON';
  if (defaultResult !== 'CONTINUE' && defaultResult !== 'ABANDON') {
    throw invalid(`DefaultResult ${defaultResult} is not CONTINUE or ABANDON`);
  }
  const metadata = input.NotificationMetadata ?? before?.notificationMetadata;
  return {
    name: input.LifecycleHookName ?? '',
    transition,
    heartbeatTimeoutSeconds,
    defaultResult,
    ...(metadata === undefined ? {} : { notificationMetadata: metadata }),
  };
};

const reference = (input: RecordLifecycleActionHeartbeatType) => ({
  groupName: input.AutoScalingGroupName,
  hookName: input.LifecycleHookName,
  instanceId: input.InstanceId,
  token: input.LifecycleActionToken,
});
