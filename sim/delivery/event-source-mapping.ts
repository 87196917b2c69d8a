import type { VirtualClock } from '../clock.ts';
import type { KeyedRandom } from '../random.ts';
import type { Queue, ReceivedMessage } from '../sqs/queue.ts';
import { systemAttributes } from '../sqs/service.ts';
import type { FunctionRuntime, SqsEvent, SqsRecord } from './function-runtime.ts';

export type MappingOptions = {
  readonly clock: VirtualClock;
  readonly random: KeyedRandom;
  readonly queue: Queue;
  readonly region: string;
  readonly runtime: FunctionRuntime;
  readonly batchSize: number;
  readonly windowMs: number;
  /** how many invocations may run at once */
  readonly concurrency: number;
  readonly reportsFailures: boolean;
};

type Worker = { batch: ReceivedMessage[]; bytes: number; busy: boolean; closeWindow: () => void };

/**
 * Lambda's pollers of one queue: each gathers a batch (until its size, its window or the payload limit), has the
 * function invoked with it, deletes what succeeded. What failed comes back when its visibility timeout has passed.
 * Receives of ten go to a drawn worker, so that a burst is split over the workers as it is on AWS.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export class EventSourceMapping {
  readonly #options: MappingOptions;
  readonly #workers: readonly Worker[];
  #receives = 0;
  #polling = false;
  #nextPoll: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(options: MappingOptions) {
    this.#options = options;
    this.#workers = Array.from({ length: options.concurrency }, () => ({
      batch: [],
      bytes: 0,
      busy: false,
      closeWindow: nothing,
    }));
    options.queue.onChange(() => this.#schedulePoll());
    this.#schedulePoll();
  }

  #schedulePoll(): void {
    const { clock, queue } = this.#options;
    if (this.#polling || this.#workers.every(({ busy }) => busy)) return;
    const at = queue.nextVisibleAt();
    if (at === undefined || (this.#nextPoll && this.#nextPoll.at <= at)) return;
    this.#nextPoll?.cancel();
    const cancel = clock.at(at, () => {
      this.#nextPoll = undefined;
      this.#poll();
    });
    this.#nextPoll = { at, cancel };
  }

  #poll(): void {
    this.#polling = true;
    for (let idle = this.#idle(); idle.length > 0; idle = this.#idle()) {
      const draw = this.#options.random('receive', this.#options.queue.options.arn, this.#receives);
      const worker = idle[Math.floor(draw * idle.length)];
      if (!worker || !this.#receive(worker)) break;
      this.#receives += 1;
    }
    this.#polling = false;
    this.#schedulePoll();
  }

  #idle(): Worker[] {
    return this.#workers.filter(({ busy }) => !busy);
  }

  #receive(worker: Worker): boolean {
    const { clock, queue, batchSize, windowMs } = this.#options;
    const messages = queue.receive(Math.min(RECEIVE_MAX, batchSize - worker.batch.length));
    if (messages.length === 0) return false;
    const opens = worker.batch.length === 0;
    worker.batch.push(...messages);
    for (const { body } of messages) worker.bytes += JSON.stringify(body).length + RECORD_BYTES;
    if (worker.batch.length >= batchSize || worker.bytes >= PAYLOAD_BYTES || windowMs === 0) this.#invoke(worker);
    else if (opens) worker.closeWindow = clock.after(windowMs, () => this.#invoke(worker));
    return true;
  }

  #invoke(worker: Worker): void {
    const { clock, runtime, queue, reportsFailures } = this.#options;
    worker.closeWindow();
    const messages = worker.batch;
    worker.batch = [];
    worker.bytes = 0;
    worker.busy = true;
    const event: SqsEvent = { Records: messages.map((message) => this.#record(message)) };
    const ended = runtime.invoke(event, { source: queue.options.name, reportsFailures }).then((failed) => {
      for (const message of messages) if (!failed.has(message.messageId)) queue.delete(message.receiptHandle);
      worker.busy = false;
      this.#schedulePoll();
    });
    clock.track(ended);
  }

  #record(message: ReceivedMessage): SqsRecord {
    return {
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: systemAttributes(message),
      messageAttributes: recordAttributes(message),
      md5OfBody: message.md5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#options.queue.options.arn,
      awsRegion: this.#options.region,
    };
  }
}

const recordAttributes = ({ attributes }: ReceivedMessage): SqsRecord['messageAttributes'] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType: dataType = '', StringValue, BinaryValue }]) => {
      const value = BinaryValue
        ? { binaryValue: Buffer.from(BinaryValue).toString('base64') }
        : { stringValue: StringValue ?? '' };
      return [name, { ...value, dataType, stringListValues: [], binaryListValues: [] }];
    }),
  );

// ReceiveMessage gives at most ten; a synchronous invocation carries at most 6 MB, and a record is some 600 bytes around
// its body. The receive that passes the limit still belongs to the batch. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const RECEIVE_MAX = 10;
const PAYLOAD_BYTES = 6 * 1024 * 1024;
const RECORD_BYTES = 600;

const nothing = (): void => undefined;
