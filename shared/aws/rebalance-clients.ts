import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { PricingClient } from '@aws-sdk/client-pricing';
import { awsConfig, type ClientParts, withoutLogger } from './clients.ts';
import { retryStrategy } from './retry.ts';

/** A review reads whole catalogues page by page, and has a minute for it. */
const PATIENCE_MS = 10_000;
/**
 * LaunchInstances answers when EC2 has launched, or has not: what came is in no other answer.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchInstances.html
 */
const LAUNCH_MS = 15_000;

/** Apart from the clients of the other functions, whose bundles would carry the Price List for nothing. */
export type RebalanceClients = {
  readonly ecs: ECSClient;
  /** The same, but throttling comes back at once: a drain first reads what is DRAINING already. */
  readonly ecsUnretried: ECSClient;
  readonly ec2: EC2Client;
  readonly autoscaling: AutoScalingClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly pricing: PricingClient;
};

/** The clients of one region: every call paced, and retried by one strategy. */
export function makeRebalanceClients(region: string, made: ClientParts): RebalanceClients {
  const config = awsConfig(region, made, PATIENCE_MS);
  const { edge, pacer } = made;
  const unretried = retryStrategy({ ...edge, patienceMs: PATIENCE_MS, surfaceThrottling: true });
  const priceList = pricingRegion(region);
  const clients: RebalanceClients = {
    ecs: new ECSClient(config),
    ecsUnretried: new ECSClient({ ...config, retryStrategy: unretried }),
    ec2: new EC2Client(config),
    autoscaling: new AutoScalingClient(awsConfig(region, made, PATIENCE_MS, LAUNCH_MS)),
    elb: new ElasticLoadBalancingV2Client(config),
    pricing: new PricingClient(awsConfig(priceList, made, PATIENCE_MS)),
  };
  clients.ecs.middlewareStack.use(pacer.plugin(region));
  clients.ecsUnretried.middlewareStack.use(pacer.plugin(region));
  clients.ec2.middlewareStack.use(pacer.plugin(region));
  clients.autoscaling.middlewareStack.use(pacer.plugin(region));
  clients.elb.middlewareStack.use(pacer.plugin(region));
  clients.pricing.middlewareStack.use(pacer.plugin(priceList));
  for (const client of Object.values(clients)) withoutLogger(client);
  return clients;
}

/**
 * The Price List knows all regions, and has an endpoint in three: the nearest one.
 * https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html
 */
export function pricingRegion(region: string): 'us-east-1' | 'eu-central-1' | 'ap-south-1' {
  if (/^(eu|me|af|il)-/.test(region)) return 'eu-central-1';
  return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1';
}
