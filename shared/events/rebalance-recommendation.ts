import { type Envelope, instanceId } from './envelope.ts';

// {"source":"aws.ec2","detail-type":"EC2 Instance Rebalance Recommendation","detail":{"instance-id":"i-0a1b2c3d4e5f60718"}}
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/rebalance-recommendations.html

export const pattern = { source: ['aws.ec2'], 'detail-type': ['EC2 Instance Rebalance Recommendation'] };

export type RebalanceRecommended = { readonly kind: 'rebalance-recommended'; readonly instanceId: string };

/** A Spot instance is at elevated risk of interruption; there is no deadline yet. */
export const decode = ({ detail }: Envelope): RebalanceRecommended => ({
  kind: 'rebalance-recommended',
  instanceId: instanceId(detail, 'instance-id'),
});
