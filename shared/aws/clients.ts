import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { HttpRequest, HttpResponse, RequestHandler, RequestSigner, RetryStrategyV2 } from '@smithy/types';
import type { Pacer } from './pace.ts';
import { retryStrategy } from './retry.ts';

/**
 * Client settings that stand in for network, credentials, signing and retries; what is left out is as on Lambda. The
 * simulated account gives its own, and so do commands that an operator runs.
 * @param timeoutMs a call without an answer is given up after so long
 */
export type ClientConfig = (
  region: string,
  timeoutMs: number,
) => {
  readonly requestHandler?: RequestHandler<HttpRequest, HttpResponse>;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly endpoint?: string;
  readonly signer?: RequestSigner;
  readonly disableClockSkewCorrection?: boolean;
  readonly retryStrategy?: RetryStrategyV2;
};

export type Edge = {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly random: () => number;
};

export type Clients = {
  readonly ecs: ECSClient;
  /** The same, but throttling comes back at once: a drain first reads what is DRAINING already. */
  readonly ecsUnretried: ECSClient;
  readonly ec2: EC2Client;
  readonly autoscaling: AutoScalingClient;
  readonly elb: ElasticLoadBalancingV2Client;
};

/** What a region's clients are made with. */
export type ClientParts = {
  readonly edge: Edge;
  readonly pacer: Pacer;
  readonly clientConfig: ClientConfig | undefined;
};

/** The clients of one region: every call paced, and retried by one strategy. Nothing is read from files. */
export function makeClients(region: string, made: ClientParts): Clients {
  const config = awsConfig(region, made);
  const clients: Clients = {
    ecs: new ECSClient(config),
    ecsUnretried: new ECSClient({
      ...config,
      retryStrategy: retryStrategy({ ...made.edge, ...AWS, surfaceThrottling: true }),
    }),
    ec2: new EC2Client(config),
    autoscaling: new AutoScalingClient(config),
    elb: new ElasticLoadBalancingV2Client(config),
  };
  clients.ecs.middlewareStack.use(made.pacer.plugin(region));
  clients.ecsUnretried.middlewareStack.use(made.pacer.plugin(region));
  clients.ec2.middlewareStack.use(made.pacer.plugin(region));
  clients.autoscaling.middlewareStack.use(made.pacer.plugin(region));
  clients.elb.middlewareStack.use(made.pacer.plugin(region));
  for (const client of Object.values(clients)) withoutLogger(client);
  return clients;
}

/**
 * The settings of a client that calls AWS in a region.
 * @param patienceMs how long after its first failure a call is repeated; default 3 s
 * @param timeoutMs how long an answer is waited for; default 3 s
 */
export const awsConfig = (
  region: string,
  made: Pick<ClientParts, 'edge' | 'clientConfig'>,
  patienceMs: number = AWS.patienceMs,
  timeoutMs: number = AWS.timeoutMs,
) => configOf(region, made, { timeoutMs, patienceMs });

type OwnParts = { readonly edge: Edge; readonly clientConfig: ClientConfig | undefined };

/** The client of spotkeeper's own table, in the region of its stack. Not paced: the table is ours alone. */
export function makeTableClient(region: string, made: OwnParts): DynamoDBClient {
  const pinned = { accountIdEndpointMode: 'disabled' as const, endpointDiscoveryEnabled: false };
  const client = new DynamoDBClient({ ...configOf(region, made, OWN), ...pinned });
  withoutLogger(client);
  return client;
}

/** The client of spotkeeper's own queues. */
export function makeQueueClient(region: string, made: OwnParts): SQSClient {
  const client = new SQSClient({ ...configOf(region, made, OWN), useQueueUrlAsEndpoint: false });
  withoutLogger(client);
  return client;
}

/** The SDK's logger prepares every input and output for a log that nobody reads: a fifth of a storm's CPU time. */
export function withoutLogger({ middlewareStack }: { middlewareStack: { remove(name: string): boolean } }): void {
  middlewareStack.remove('loggerMiddleware');
}

type Waits = { readonly timeoutMs: number; readonly patienceMs: number };

/** A call that hangs is cut off; three phases and their calls must fit into the function's twenty seconds. */
const AWS: Waits = { timeoutMs: 3_000, patienceMs: 3_000 };
/** DynamoDB and SQS answer within milliseconds; without them a drain goes on. */
const OWN: Waits = { timeoutMs: 1_000, patienceMs: 2_000 };

function configOf(
  region: string,
  { edge, clientConfig }: { edge: Edge; clientConfig: ClientConfig | undefined },
  { timeoutMs, patienceMs }: Waits,
) {
  return {
    region,
    defaultsMode: 'standard' as const,
    maxAttempts: 8,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    userAgentAppId: 'spotkeeper',
    authSchemePreference: [],
    retryStrategy: retryStrategy({ ...edge, patienceMs }),
    requestHandler: { connectionTimeout: 1_000, requestTimeout: timeoutMs, throwOnRequestTimeout: true },
    ...clientConfig?.(region, timeoutMs),
  };
}
