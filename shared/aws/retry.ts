import type { RetryErrorInfo, RetryStrategyV2, RetryToken } from '@smithy/types';

const ATTEMPTS = 8;
const CAP_MS = 5_000;
/** First waits, before jitter: a bucket of 40 calls/s refills within a second, a broken connection heals sooner. */
const FIRST_MS: Readonly<Record<string, number>> = { THROTTLING: 500, TRANSIENT: 50, SERVER_ERROR: 50 };

/**
 * The one retry strategy of all clients, in Lambda and in the simulated account: exponential with full jitter, at most
 * eight attempts, none later than `patienceMs` after the first failure: a function has seconds, and a call that hangs
 * must leave some of them. Unlike the SDK's own it has no token quota (500 tokens lose most of a storm's calls), and it takes
 * its waits and its chance as arguments.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 * @param surfaceThrottling hand throttling back to the caller at once, who has something better to do than to repeat
 */
export function retryStrategy({
  now,
  sleep,
  random,
  patienceMs,
  surfaceThrottling = false,
}: {
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  random: () => number;
  patienceMs: number;
  surfaceThrottling?: boolean;
}): RetryStrategyV2 {
  return {
    acquireInitialRetryToken: async () => tokenOf(0, undefined),
    async refreshRetryTokenForRetry(token: RetryToken, { errorType }: RetryErrorInfo) {
      const failedAt = (token as Token).failedAt ?? now();
      const retries = token.getRetryCount() + 1;
      const first = FIRST_MS[errorType];
      if (first === undefined) throw new Error(`not retried: ${errorType}`);
      if (surfaceThrottling && errorType === 'THROTTLING') throw new Error('throttling is the caller’s to handle');
      if (retries >= ATTEMPTS) throw new Error(`given up after ${ATTEMPTS} attempts`);
      if (now() - failedAt > patienceMs) throw new Error(`given up ${patienceMs} ms after the first failure`);
      await sleep(jittered(first, token.getRetryCount(), random));
      return tokenOf(retries, failedAt);
    },
    recordSuccess() {},
  };
}

/** A random wait between nothing and first x 2^n, at most five seconds. */
const jittered = (firstMs: number, n: number, random: () => number): number =>
  Math.floor(random() * Math.min(CAP_MS, firstMs * 2 ** n));

type Token = RetryToken & { readonly failedAt: number | undefined };

const tokenOf = (retries: number, failedAt: number | undefined): Token => ({
  failedAt,
  getRetryCount: () => retries,
  getRetryDelay: () => 0,
});
