import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PricingClient } from '@aws-sdk/client-pricing';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { VirtualClock } from '../../sim/clock.ts';
import type { Endpoint } from '../../sim/endpoint.ts';

export const REGION = 'eu-west-1';

/** Real SDK clients of one caller, talking to the simulated account in process; nothing about them depends on the machine. */
export const clientsOf = (endpoint: Endpoint, caller = 'test', region = REGION) => {
  const config = {
    ...pinned,
    region,
    requestHandler: endpoint.handler({ region, caller }),
  };
  return {
    ecs: new ECSClient(config),
    ec2: new EC2Client(config),
    autoscaling: new AutoScalingClient(config),
    elbv2: new ElasticLoadBalancingV2Client(config),
    dynamodb: new DynamoDBClient({ ...config, accountIdEndpointMode: 'disabled', endpointDiscoveryEnabled: false }),
    sqs: new SQSClient(config),
    eventbridge: new EventBridgeClient(config),
    pricing: new PricingClient(config),
    serviceQuotas: new ServiceQuotasClient(config),
    ssm: new SSMClient(config),
    costExplorer: new CostExplorerClient(config),
    applicationAutoScaling: new ApplicationAutoScalingClient(config),
  };
};

/** Client settings that the SDK would otherwise look up in files and environment. */
export const pinned = {
  endpoint: 'http://account.sim',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  defaultsMode: 'standard' as const,
  retryMode: 'standard',
  maxAttempts: 1,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: '',
  authSchemePreference: [],
  disableClockSkewCorrection: true,
};

/** Runs virtual time until the work has settled; gives its result or throws its error. */
export const settle = async <T>(clock: VirtualClock, work: Promise<T>): Promise<T> => {
  const outcome = clock.track(work).then(
    (value) => () => value,
    (error: unknown) => () => {
      throw error;
    },
  );
  await clock.run();
  return (await outcome)();
};
