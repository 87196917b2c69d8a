import { type Instant, later } from '../model/instant.ts';
import { type Envelope, instanceId, matching } from './envelope.ts';

// {"source":"aws.ec2","detail-type":"EC2 Spot Instance Interruption Warning",
//  "resources":["arn:aws:ec2:eu-west-1a:instance/i-0a1b2c3d4e5f60718"],
//  "detail":{"instance-id":"i-0a1b2c3d4e5f60718","instance-action":"terminate"}}
// The resource ARN names the zone where others name the region: the instance id is read from the detail.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html

export const pattern = { source: ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] };

/** How long after the notice EC2 takes the instance. */
export const NOTICE_MS = 120_000;

export type SpotInterrupted = {
  readonly kind: 'spot-interrupted';
  readonly instanceId: string;
  readonly action: 'terminate' | 'stop' | 'hibernate';
  readonly deadline: Instant;
};

/** EC2 will take a Spot instance two minutes after the notice; hibernation begins at once. */
export function decode({ detail, at }: Envelope): SpotInterrupted {
  const action = matching(
    detail,
    'instance-action',
    /^(terminate|stop|hibernate)$/,
    'terminate, stop or hibernate',
  ) as SpotInterrupted['action'];
  return {
    kind: 'spot-interrupted',
    instanceId: instanceId(detail, 'instance-id'),
    action,
    deadline: action === 'hibernate' ? at : later(at, NOTICE_MS),
  };
}
