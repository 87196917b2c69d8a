import type { FinalizeHandler, FinalizeHandlerArguments, HandlerExecutionContext, Pluggable } from '@smithy/types';
import { type Category, categoryOf, processShare, tickShare } from '../core/buckets.ts';
import { type Bucket, nextSlot } from '../core/pacing.ts';

/**
 * Retrying is not pacing: 500 drains sent at once with the SDK's retries lose most of their calls, paced they lose none.
 * A pacer holds every call of a process back until its share of the account's token bucket allows it: one limiter for
 * each region and API category. Commands outside the table (DynamoDB, SQS) are not held.
 */
export class Pacer {
  readonly #arrivals = new Map<string, number>();
  readonly #now: () => number;
  readonly #sleep: (ms: number) => Promise<void>;
  readonly #share: (category: Category) => Bucket;

  /** @param share what this process may use of a bucket; default what a process of a function may */
  constructor(
    { now, sleep }: { now: () => number; sleep: (ms: number) => Promise<void> },
    share: (category: Category) => Bucket = processShare,
  ) {
    this.#now = now;
    this.#sleep = sleep;
    this.#share = share;
  }

  /** Waits until one call of `command` may go out in `region`. */
  async take(region: string, command: string): Promise<void> {
    const category = categoryOf(command);
    if (category === undefined) return;
    const key = `${region} ${category}`;
    const now = this.#now();
    const { at, next } = nextSlot(this.#arrivals.get(key) ?? 0, now, this.#share(category));
    this.#arrivals.set(key, next);
    if (at > now) await this.#sleep(at - now);
  }

  /** A client plugin that paces each attempt, retries included. */
  plugin<I extends object, O extends object>(region: string): Pluggable<I, O> {
    return {
      applyToStack: (stack) => {
        stack.addRelativeTo(
          (next: FinalizeHandler<I, O>, context: HandlerExecutionContext) =>
            async (request: FinalizeHandlerArguments<I>) => {
              await this.take(region, context.commandName ?? '');
              return next(request);
            },
          { name: 'pace', relation: 'after', toMiddleware: 'retryMiddleware', override: true },
        );
      },
    };
  }
}

/** The pacer of a process that reads by the clock, on no evidence: it leaves most of each bucket to those who act. */
export const tickPacer = (edge: ConstructorParameters<typeof Pacer>[0]): Pacer => new Pacer(edge, tickShare);
