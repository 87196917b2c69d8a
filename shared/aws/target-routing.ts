import {
  type Action,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { isGone } from './errors.ts';

/** What a target group takes for a target; undefined when it is not there any more. */
export async function targetGroupType(
  elb: ElasticLoadBalancingV2Client,
  arn: string,
): Promise<'ip' | 'instance' | 'lambda' | 'alb' | undefined> {
  try {
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
    return TargetGroups?.[0]?.TargetType;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * The share of the traffic that a listener rule sends to each target group, by ARN; empty when the rule is gone.
 * A plain forward is all of it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html
 */
export async function ruleWeights(
  elb: ElasticLoadBalancingV2Client,
  rule: string,
): Promise<ReadonlyMap<string, number>> {
  try {
    const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [rule] }));
    return new Map((Rules?.[0]?.Actions ?? []).flatMap(weightsOf));
  } catch (error) {
    if (isGone(error)) return new Map();
    throw error;
  }
}

function weightsOf({ ForwardConfig, TargetGroupArn }: Action): readonly (readonly [string, number])[] {
  const groups = ForwardConfig?.TargetGroups ?? [];
  if (groups.length === 0) return TargetGroupArn === undefined ? [] : [[TargetGroupArn, 1]];
  return groups.flatMap(({ TargetGroupArn: arn, Weight = 1 }) => (arn === undefined ? [] : [[arn, Weight] as const]));
}
