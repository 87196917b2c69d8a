import type { VirtualClock } from '../clock.ts';

/** A record of an SQS event, in the shape of https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export type SqsRecord = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
};

export type SqsRecordAttribute = {
  readonly dataType: string;
  readonly stringValue?: string;
  /** base64 */
  readonly binaryValue?: string;
  readonly stringListValues: readonly never[];
  readonly binaryListValues: readonly never[];
};

export type SqsEvent = { readonly Records: readonly SqsRecord[] };

/** What a function is invoked with: a batch of a queue, or an EventBridge event itself. */
export type FunctionEvent = SqsEvent | { readonly Records?: undefined; readonly id: string };

/** What is asked of whoever runs the function's code: the function by its name and logical id, and its event. */
export type Invoke = (request: InvokeRequest) => Promise<unknown>;

export type InvokeRequest = {
  readonly functionName: string;
  readonly logicalId: string;
  readonly event: FunctionEvent;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  /** this invocation's id, unique in the account */
  readonly invocation: string;
};

/** One invocation as it went; times in epoch milliseconds. */
export type Invocation = {
  readonly id: string;
  readonly functionName: string;
  readonly logicalId: string;
  /** the queue its records came from, or `EventBridge` */
  readonly source: string;
  readonly startedAt: number;
  readonly records: number;
  endedAt: number | undefined;
  /** how many of its records will be delivered again */
  failed: number;
  /** ran into its timeout, or its process died */
  killed: boolean;
  /** what it threw, or what was wrong with its answer */
  error: string | undefined;
};

export type RuntimeOptions = {
  readonly clock: VirtualClock;
  readonly functionName: string;
  readonly logicalId: string;
  readonly timeoutMs: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly invoke: Invoke;
  /** told when an invocation runs into its timeout: it must not act any more */
  readonly onKill?: ((invocation: string) => void) | undefined;
  /** where invocations are logged */
  readonly log: Invocation[];
};

/** Runs one Lambda function's code with a timeout in virtual time and reads its partial-batch response. */
export class FunctionRuntime {
  readonly options: RuntimeOptions;
  #count = 0;

  constructor(options: RuntimeOptions) {
    this.options = options;
  }

  /** @returns the message ids that failed; never rejects: a throw, a kill or a malformed answer fails all records */
  async invoke(event: FunctionEvent, { source, reportsFailures }: Delivery): Promise<ReadonlySet<string>> {
    const { clock, functionName, logicalId, timeoutMs, environment, invoke, log } = this.options;
    this.#count += 1;
    const id = `${logicalId}-${String(this.#count).padStart(6, '0')}`;
    const startedAt = clock.now();
    const ids = event.Records === undefined ? [event.id] : event.Records.map(({ messageId }) => messageId);
    const records = ids.length;
    const entry: Invocation = {
      id,
      functionName,
      logicalId,
      source,
      startedAt,
      records,
      endedAt: undefined,
      failed: 0,
      killed: false,
      error: undefined,
    };
    log.push(entry);
    const all = new Set(ids);
    let failed: ReadonlySet<string>;
    try {
      const answer = await this.#withTimeout(id, () =>
        invoke({ functionName, logicalId, event, timeoutMs, environment, invocation: id }),
      );
      failed = reportsFailures ? readFailures(answer, all) : new Set();
    } catch (error) {
      entry.killed = error === timedOut || error === processDied;
      entry.error = error instanceof Error ? error.message : String(error);
      failed = all;
    }
    entry.endedAt = clock.now();
    entry.failed = failed.size;
    return failed;
  }

  #withTimeout(invocation: string, start: () => Promise<unknown>): Promise<unknown> {
    const { clock, timeoutMs, onKill } = this.options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => {
        onKill?.(invocation);
        clock.wake();
        reject(timedOut);
      });
      clock.wake();
      // In an async function, so that code that throws at once is a rejection like any other.
      const work = (async () => start())();
      work.finally(cancel).then(resolve, reject);
    });
  }
}

export type Delivery = { readonly source: string; readonly reportsFailures: boolean };

const timedOut = new Error('Task timed out');

/**
 * What code throws whose process died: the invocation ends at once.
 * https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
 */
export const processDied = new Error('Runtime exited with error: signal: killed');

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
const readFailures = (answer: unknown, all: ReadonlySet<string>): ReadonlySet<string> => {
  const failures = (answer as { batchItemFailures?: unknown } | null | undefined)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) throw new Error('batchItemFailures is not a list');
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  for (const id of ids) {
    if (typeof id !== 'string' || !all.has(id))
      throw new Error(`batchItemFailures names ${JSON.stringify(id)}, which is no record of the batch`);
  }
  return new Set(ids as string[]);
};
