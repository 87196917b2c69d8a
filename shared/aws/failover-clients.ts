import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { awsConfig, type ClientParts, withoutLogger } from './clients.ts';

/** Two processes change services at once, of which ECS takes five a second: a refused call has time, the function has 60 s. */
const PATIENCE_MS = 10_000;

/** Apart from the clients of the other functions, whose bundles would carry Service Quotas for nothing. */
export type FailoverClients = {
  readonly ecs: ECSClient;
  readonly ec2: EC2Client;
  readonly autoscaling: AutoScalingClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly quotas: ServiceQuotasClient;
};

/** The clients of one region: every call paced, and retried by one strategy. */
export function makeFailoverClients(region: string, made: ClientParts): FailoverClients {
  const config = awsConfig(region, made, PATIENCE_MS);
  const clients: FailoverClients = {
    ecs: new ECSClient(config),
    ec2: new EC2Client(config),
    autoscaling: new AutoScalingClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
    quotas: new ServiceQuotasClient(config),
  };
  clients.ecs.middlewareStack.use(made.pacer.plugin(region));
  clients.ec2.middlewareStack.use(made.pacer.plugin(region));
  clients.autoscaling.middlewareStack.use(made.pacer.plugin(region));
  clients.elb.middlewareStack.use(made.pacer.plugin(region));
  clients.quotas.middlewareStack.use(made.pacer.plugin(region));
  for (const client of Object.values(clients)) withoutLogger(client);
  return clients;
}
