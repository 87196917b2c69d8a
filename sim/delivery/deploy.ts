import type { VirtualClock } from '../clock.ts';
import type { KeyElement, NewTable } from '../dynamodb/service.ts';
import type { KeyedRandom } from '../random.ts';
import type { Queue } from '../sqs/queue.ts';
import type { Sqs } from '../sqs/service.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { type BusOptions, EventBus } from './bus.ts';
import { EventSourceMapping } from './event-source-mapping.ts';
import { FunctionRuntime, type Invocation, type Invoke } from './function-runtime.ts';
import { createRule, type RuleProperties } from './rules.ts';
import { StackReader, type Template } from './template.ts';

export type DeployOptions = Pick<BusOptions, 'forwardedRegions' | 'delayMs' | 'faults'> & {
  /** the packaged CloudFormation template, parsed */
  readonly template: Template;
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
  readonly sqs: Sqs;
  readonly dynamodb: TableCreator;
  readonly invoke: Invoke;
  /** told when an invocation runs into its timeout: it must not act any more (see Endpoint.kill) */
  readonly onKill?: (invocation: string) => void;
  readonly region: string;
  readonly account: string;
};

/** What deploying needs of the simulated DynamoDB. */
export type TableCreator = { createTable(table: NewTable): unknown };

/** The running stack. */
export type Deployment = {
  readonly bus: EventBus;
  /** by logical id */
  readonly queues: ReadonlyMap<string, Queue>;
  readonly invocations: readonly Invocation[];
};

/**
 * Deploys a packaged stack into the simulated account: its queues, its table, its rules, its functions and their event
 * source mappings. Roles, log groups, alarms, queue policies and permissions are not imitated.
 * @throws for a property that it reads and cannot imitate, and for what CloudFormation would refuse: a batch above ten
 *   without a window, a queue whose visibility timeout is below the timeout of its function, a bad pattern
 */
export const deploy = (options: DeployOptions): Deployment => {
  const { template, clock, random, sqs, region, account } = options;
  const stack = new StackReader(template, { region, account });
  const queues = createQueues(stack, sqs);
  for (const [logicalId, properties] of stack.resources('AWS::DynamoDB::Table')) {
    createTable(stack, logicalId, { properties, dynamodb: options.dynamodb });
  }
  const invocations: Invocation[] = [];
  const runtimes = createRuntimes(stack, options, invocations);
  for (const [logicalId, properties] of stack.resources('AWS::Lambda::EventSourceMapping')) {
    createMapping(stack, logicalId, {
      properties: stack.resolve(properties) as MappingProperties,
      queues,
      runtimes,
      clock,
      random,
    });
  }
  const functions = asyncInvocations(stack, runtimes, clock);
  const bus = new EventBus(options);
  for (const [logicalId, properties] of stack.resources('AWS::Events::Rule')) {
    const resolved = stack.resolve(properties) as RuleProperties;
    createRule(stack, logicalId, { properties: resolved, queues, functions, sqs, bus });
  }
  return { bus, queues, invocations };
};

type Properties = Readonly<Record<string, unknown>>;

// Dead-letter queues first: a RedrivePolicy names a queue that exists.
const createQueues = (stack: StackReader, sqs: Sqs): Map<string, Queue> => {
  const resources = stack.resources('AWS::SQS::Queue');
  resources.sort(([, a], [, b]) => Number('RedrivePolicy' in a) - Number('RedrivePolicy' in b));
  const queues = new Map<string, Queue>();
  for (const [logicalId, properties] of resources) {
    const attributes: Record<string, string> = {};
    for (const name of queueAttributes) {
      const value = stack.resolve(properties[name]);
      if (value !== undefined) attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
    }
    queues.set(logicalId, sqs.createQueue({ ...stack.place, name: stack.nameOf(logicalId) }, attributes));
  }
  return queues;
};

const queueAttributes = ['VisibilityTimeout', 'DelaySeconds', 'MessageRetentionPeriod', 'RedrivePolicy', 'FifoQueue'];

const createTable = (stack: StackReader, logicalId: string, { properties, dynamodb }: TableContext): void => {
  const ttl = stack.resolve(properties.TimeToLiveSpecification) as
    | { AttributeName?: string; Enabled?: boolean }
    | undefined;
  dynamodb.createTable({
    ...stack.place,
    tableName: stack.nameOf(logicalId),
    keySchema: stack.resolve(properties.KeySchema) as readonly KeyElement[],
    ...(ttl?.Enabled && ttl.AttributeName !== undefined ? { ttlAttribute: ttl.AttributeName } : {}),
  });
};

type TableContext = { readonly properties: Properties; readonly dynamodb: TableCreator };

const createRuntimes = (
  stack: StackReader,
  options: DeployOptions,
  log: Invocation[],
): Map<string, FunctionRuntime> => {
  const runtimes = new Map<string, FunctionRuntime>();
  for (const [logicalId, properties] of stack.resources('AWS::Lambda::Function')) {
    const environment = stack.resolve(properties.Environment) as { Variables?: Record<string, unknown> } | undefined;
    const variables = Object.entries(environment?.Variables ?? {}).map(([name, value]) => [name, String(value)]);
    const { clock, invoke, onKill } = options;
    const functionName = stack.nameOf(logicalId);
    const timeoutMs = Number(properties.Timeout ?? LAMBDA_TIMEOUT_SECONDS) * 1000;
    runtimes.set(
      logicalId,
      new FunctionRuntime({
        clock,
        functionName,
        logicalId,
        timeoutMs,
        environment: Object.fromEntries(variables),
        invoke,
        onKill,
        log,
      }),
    );
  }
  return runtimes;
};

/** How functions are invoked by rules, as their EventInvokeConfig says. */
const asyncInvocations = (
  stack: StackReader,
  runtimes: ReadonlyMap<string, FunctionRuntime>,
  clock: VirtualClock,
): Map<string, AsyncInvocations> => {
  const configs = new Map(
    stack.resources('AWS::Lambda::EventInvokeConfig').map(([, properties]) => {
      const config = stack.resolve(properties) as InvokeConfig;
      return [stack.logicalIdOf('AWS::Lambda::Function', config.FunctionName), config];
    }),
  );
  return new Map(
    [...runtimes].map(([logicalId, runtime]) => {
      const { MaximumRetryAttempts: retries, MaximumEventAgeInSeconds: ageSeconds } = configs.get(logicalId) ?? {};
      const limits = { ...(retries !== undefined && { retries }), ...(ageSeconds !== undefined && { ageSeconds }) };
      return [logicalId, new AsyncInvocations({ clock, runtime, arn: stack.arnOf(logicalId), ...limits })];
    }),
  );
};

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
type InvokeConfig = {
  readonly FunctionName: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
};

// Defaults of https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html;
// Lambda starts with five pollers a queue (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html).
const LAMBDA_TIMEOUT_SECONDS = 3;
const BATCH_SIZE = 10;
const POLLERS = 5;

type MappingProperties = {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
  readonly FunctionResponseTypes?: readonly string[];
  readonly Enabled?: boolean;
  readonly FilterCriteria?: unknown;
};

type MappingContext = {
  readonly properties: MappingProperties;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly runtimes: ReadonlyMap<string, FunctionRuntime>;
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
};

const createMapping = (stack: StackReader, logicalId: string, context: MappingContext): void => {
  const { properties, queues, runtimes, clock, random } = context;
  const refuse = (reason: string) => new Error(`${logicalId}: ${reason}`);
  if (properties.Enabled === false) return;
  if (properties.FilterCriteria !== undefined) throw refuse('FilterCriteria is not imitated');
  const queue = queues.get(stack.logicalIdOf('AWS::SQS::Queue', properties.EventSourceArn));
  const runtime = runtimes.get(stack.logicalIdOf('AWS::Lambda::Function', properties.FunctionName));
  if (!queue || !runtime) throw refuse('its queue or its function is not in the template');
  const batchSize = properties.BatchSize ?? BATCH_SIZE;
  const windowMs = (properties.MaximumBatchingWindowInSeconds ?? 0) * 1000;
  const concurrency = properties.ScalingConfig?.MaximumConcurrency ?? POLLERS;
  if (batchSize > 10 && windowMs === 0)
    throw refuse('a BatchSize above 10 needs a MaximumBatchingWindowInSeconds of at least 1');
  if (concurrency < 2 || concurrency > 1000) throw refuse('MaximumConcurrency must be 2 to 1000');
  if (queue.options.visibilityTimeoutMs < runtime.options.timeoutMs) {
    throw refuse(
      `the visibility timeout of ${queue.options.name} is less than the timeout of ${runtime.options.functionName}`,
    );
  }
  const reportsFailures = properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
  new EventSourceMapping({
    clock,
    random,
    queue,
    region: stack.place.region,
    runtime,
    batchSize,
    windowMs,
    concurrency,
    reportsFailures,
  });
};
