import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { PricingClient } from '@aws-sdk/client-pricing';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsConfig, type ClientParts, withoutLogger } from './clients.ts';
import { pricingRegion } from './rebalance-clients.ts';

/** The ledger is read page by page, and has minutes for it. */
const PATIENCE_MS = 10_000;

/** Apart from the clients of the other functions, whose bundles would carry Systems Manager for nothing. */
export type ReportClients = {
  readonly ecs: ECSClient;
  readonly ec2: EC2Client;
  readonly pricing: PricingClient;
  /** for the parameter with Slack's secret */
  readonly ssm: SSMClient;
};

/** The clients of one region: every call paced, and retried by one strategy. */
export function makeReportClients(region: string, made: ClientParts): ReportClients {
  const config = awsConfig(region, made, PATIENCE_MS);
  const { pacer } = made;
  const priceList = pricingRegion(region);
  const clients: ReportClients = {
    ecs: new ECSClient(config),
    ec2: new EC2Client(config),
    pricing: new PricingClient(awsConfig(priceList, made, PATIENCE_MS)),
    ssm: new SSMClient(config),
  };
  clients.ecs.middlewareStack.use(pacer.plugin(region));
  clients.ec2.middlewareStack.use(pacer.plugin(region));
  clients.pricing.middlewareStack.use(pacer.plugin(priceList));
  clients.ssm.middlewareStack.use(pacer.plugin(region));
  for (const client of Object.values(clients)) withoutLogger(client);
  return clients;
}
