import {
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type TargetGroupAttribute,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { batches } from '../core/batches.ts';
import type { Target, TargetGroup } from '../model/fleet.ts';
import type { Deregister } from '../plan/action.ts';
import { isGone } from './errors.ts';

const NETWORK = new Set(['TCP', 'TLS', 'UDP', 'TCP_UDP', 'QUIC', 'TCP_QUIC']);
/** AWS publishes no limit for DeregisterTargets; this is a cautious one. */
const TARGETS_PER_CALL = 100;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html */
const DEFAULT_DELAY_SECONDS = 300;

/** A target group with its deregistration delay; undefined when it is not there any more. */
export async function describeTargetGroup(
  elb: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
): Promise<TargetGroup | undefined> {
  try {
    const [groups, attributes] = await Promise.all([
      elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [TargetGroupArn] })),
      elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })),
    ]);
    const group = groups.TargetGroups?.[0];
    return {
      arn: TargetGroupArn,
      name: group?.TargetGroupName ?? TargetGroupArn,
      network: NETWORK.has(group?.Protocol ?? ''),
      deregistrationDelaySeconds: delayIn(attributes.Attributes),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The deregistration delay alone, seconds, with one call; undefined when the group is not there any more. */
export async function deregistrationDelay(
  elb: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
): Promise<number | undefined> {
  try {
    return delayIn((await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }))).Attributes);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function delayIn(attributes: readonly TargetGroupAttribute[] = []): number {
  const delay = attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value;
  return delay === undefined ? DEFAULT_DELAY_SECONDS : Number(delay);
}

/** The registered and draining targets of a group; none when the group is gone. */
export async function targetHealth(
  elb: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
): Promise<readonly Target[]> {
  try {
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
    return (TargetHealthDescriptions ?? []).map(({ Target: target, TargetHealth }) => ({
      id: target?.Id ?? '',
      port: target?.Port ?? 0,
      state: TargetHealth?.State ?? '',
    }));
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** No new requests for these targets; those in flight have until the deregistration delay ends. */
export async function deregister(
  elb: ElasticLoadBalancingV2Client,
  { targetGroup, targets }: Deregister,
): Promise<void> {
  const all = targets.map(({ id, port }) => ({ Id: id, Port: port }));
  await Promise.all(
    batches(all, TARGETS_PER_CALL).map((Targets) =>
      elb.send(new DeregisterTargetsCommand({ TargetGroupArn: targetGroup, Targets })),
    ),
  );
}
