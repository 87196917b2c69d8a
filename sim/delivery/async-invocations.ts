import type { VirtualClock } from '../clock.ts';
import type { Destination } from './attempts.ts';
import type { FunctionEvent, FunctionRuntime } from './function-runtime.ts';

export type AsyncOptions = {
  readonly clock: VirtualClock;
  readonly runtime: FunctionRuntime;
  readonly arn: string;
  /** how often an event whose invocation failed is tried again, 0 to 2; default 2 */
  readonly retries?: number;
  /** how long it is tried; default six hours */
  readonly ageSeconds?: number;
};

/**
 * Lambda's own queue of a function that is invoked asynchronously: an invocation that fails is repeated after one minute,
 * and again after two. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class AsyncInvocations implements Destination {
  readonly arn: string;
  readonly #options: AsyncOptions;

  constructor(options: AsyncOptions) {
    this.arn = options.arn;
    this.#options = options;
  }

  take(body: string): void {
    this.#invoke(JSON.parse(body) as FunctionEvent, { retry: 0, since: this.#options.clock.now() });
  }

  #invoke(event: FunctionEvent, { retry, since }: { readonly retry: number; readonly since: number }): void {
    const { clock, runtime, retries = 2, ageSeconds = 21_600 } = this.#options;
    const ended = runtime.invoke(event, { source: 'EventBridge', reportsFailures: false }).then((failed) => {
      if (failed.size === 0 || retry >= retries) return;
      const at = clock.now() + RETRY_MS * (retry + 1);
      if (at <= since + ageSeconds * 1000) clock.at(at, () => this.#invoke(event, { retry: retry + 1, since }));
    });
    clock.track(ended);
  }
}

const RETRY_MS = 60_000;
