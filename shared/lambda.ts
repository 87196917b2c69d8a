import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { pause, systemNow, systemRandom } from './aws/clock.ts';
import type { Env, MakePorts, Process } from './aws/process.ts';
import { type Decoded, decode, type Kind } from './events/event.ts';
import type { Flow, Letter, Metric, Ports, Runtime } from './flow.ts';
import type { ActionName } from './plan/action.ts';
import { type Policy, policyFromEnv } from './policy.ts';
import { run } from './run.ts';

/** What Lambda hands over from a queue, as far as it is read: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
type Batch = { readonly Records: readonly { readonly messageId: string; readonly body: string }[] };

/** What a rule invokes a function with: the event's envelope. https://docs.aws.amazon.com/lambda/latest/dg/with-eventbridge-scheduler.html */
type Direct = { readonly Records?: undefined; readonly id: string };

/** The edge of a process in the simulated account: time, chance, logs, the network of AWS and that of Slack. */
type Host = Pick<Process, 'runtime' | 'clientConfig' | 'fetch'>;

/** The records to deliver again: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
type BatchResponse = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

/**
 * The Lambda function of a flow: an SQS batch of EventBridge envelopes in, a partial-batch response out; or one envelope
 * as a rule sends it, with all that waits in the function's mailbox, which throws when any of it fails, so that Lambda
 * counts it as an error.
 * @param host replaces the edge of the process (time, chance, logs, network) in the simulated account
 * @throws PolicyError at start when a setting does not parse; Error when a variable is missing
 */
export function makeHandler<K extends Kind, R, A extends ActionName>(
  flow: Flow<K, R, A>,
  makePorts: MakePorts<R, A>,
  env: Env,
  host: Host | undefined = undefined,
) {
  const policy = policyFromEnv(env);
  const runtime = host?.runtime ?? lambdaRuntime(flow.name);
  const ports = makePorts({ env, policy, runtime, clientConfig: host?.clientConfig, fetch: host?.fetch ?? fetch });
  return middy<Batch | Direct, BatchResponse>().handler(async (invocation) => {
    const isDirect = invocation.Records === undefined;
    const letters = isDirect ? await received(ports, runtime) : [];
    const records = invocation.Records ?? [{ messageId: 'invocation', body: JSON.stringify(invocation) }, ...letters];
    const batch = records.flatMap(({ messageId, body }) => everyRegion(decode(messageId, body), policy));
    try {
      const { failedRecordIds } = await run(flow, batch, { policy, ports, runtime });
      await remove(
        letters.filter(({ messageId }) => !failedRecordIds.includes(messageId)),
        ports,
        runtime,
      );
      if (isDirect && failedRecordIds.length > 0) throw new Error(FAILED);
      return { batchItemFailures: failedRecordIds.map((itemIdentifier) => ({ itemIdentifier })) };
    } finally {
      runtime.publish();
    }
  });
}

type Post = Pick<Ports<unknown, never>, 'mailbox'>;

/** The clock's own work does not wait for a queue that cannot be read: what is in it is there a minute later. */
async function received({ mailbox }: Post, { log, measure }: Runtime): Promise<readonly Letter[]> {
  try {
    return (await mailbox?.receive()) ?? [];
  } catch (error) {
    log.warn('the queue cannot be read; the next tick asks again', { error: String(error) });
    measure('Errors', 1);
    return [];
  }
}

async function remove(letters: readonly Letter[], { mailbox }: Post, { log }: Runtime): Promise<void> {
  try {
    await mailbox?.remove(letters);
  } catch (error) {
    log.warn('messages cannot be deleted; they come once more', { error: String(error) });
  }
}

const FAILED = 'the run failed, or a part of it; the errors are in the log lines before';

/** One schedule ticks for every region that spotkeeper looks after. */
function everyRegion(decoded: Decoded, { regions }: Policy): readonly Decoded[] {
  if (!decoded.ok || decoded.event.kind !== 'ticked') return [decoded];
  const { event } = decoded;
  return regions.map((region) => ({ ok: true, event: { ...event, region } }));
}

/** CloudWatch knows no dollars: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html */
function unitOf(metric: Metric): (typeof MetricUnit)[keyof typeof MetricUnit] {
  if (metric === 'SavingsPerHour') return MetricUnit.NoUnit;
  return metric.endsWith('Ms') ? MetricUnit.Milliseconds : MetricUnit.Count;
}

function lambdaRuntime(name: string): Runtime {
  const logger = new Logger({ serviceName: `spotkeeper-${name}` });
  const metrics = new Metrics({ namespace: 'spotkeeper', serviceName: `spotkeeper-${name}` });
  return {
    now: systemNow,
    sleep: pause,
    random: systemRandom,
    log: {
      info: (message, fields = {}) => logger.info(message, { ...fields }),
      warn: (message, fields = {}) => logger.warn(message, { ...fields }),
      error: (message, fields = {}) => logger.error(message, { ...fields }),
    },
    measure: (metric: Metric, value: number) => {
      metrics.addMetric(metric, unitOf(metric), value);
    },
    publish: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
