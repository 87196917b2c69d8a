import type { ScalingGroup } from '../../../../shared/model/offerings.ts';
import type { Detached } from '../view.ts';

/** `leaving`: Auto Scaling does not count it any more. `retained`: nor does it end it, that is for a person to do. */
export type Whereabouts = 'in its group' | 'leaving' | 'retained' | 'detached' | 'gone';

/**
 * Where a hook of a group with an instance lifecycle policy was abandoned: it does not count toward the desired capacity,
 * and stays until somebody calls TerminateInstanceInAutoScalingGroup.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RetentionTriggers.html
 */
const RETAINED = 'Terminating:Retained';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html */
export function whereIs(instanceId: string, group: ScalingGroup, detached: readonly Detached[]): Whereabouts {
  const member = group.members.find((one) => one.instanceId === instanceId);
  if (member?.lifecycle === RETAINED) return 'retained';
  if (member !== undefined) return /^(Terminat|Detach)/.test(member.lifecycle) ? 'leaving' : 'in its group';
  return detached.some((one) => one.instanceId === instanceId && lives(one)) ? 'detached' : 'gone';
}

/** Still there, running or stopped. */
export const lives = ({ state }: { readonly state: string }): boolean =>
  state !== 'shutting-down' && state !== 'terminated';
