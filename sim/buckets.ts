import rows from './buckets.json' with { type: 'json' };
import { AwsError, type Service } from './service.ts';

/**
 * The request throttling of one account: a token bucket per Region and API category, as sim/buckets.json lists them.
 * An operation that no row names is not throttled.
 */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();

  /**
   * Takes one token for a call.
   * @throws AwsError with the service's throttling code when the bucket is empty
   */
  take({ service, operation, region, input, at }: BucketCall): void {
    const row = rowOf(service, operation, input);
    if (!row) return;
    const key = `${region} ${service} ${row.category}`;
    const bucket = this.#buckets.get(key) ?? { tokens: row.burst, at };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(row.burst, bucket.tokens + ((at - bucket.at) / 1000) * row.refillPerSecond);
    bucket.at = at;
    if (bucket.tokens < 1) throw throttled(service);
    bucket.tokens -= 1;
  }
}

export type BucketCall = {
  readonly service: Service['id'];
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** epoch milliseconds */
  readonly at: number;
};

/** What a service answers to a throttled call; the sources stand in sim/buckets.json. */
export const throttled = (service: Service['id']): AwsError => throttledCodes[service] ?? exception;

// Made once: a storm is throttled by the thousand, and the stack trace of each error is what costs.
const limitExceeded = new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
const throttling = new AwsError('Throttling', 'Rate exceeded', 400);
const exception = new AwsError('ThrottlingException', 'Rate exceeded', 400);
const throttledCodes: Partial<Record<Service['id'], AwsError>> = {
  ec2: limitExceeded,
  autoscaling: throttling,
  elbv2: throttling,
  'service-quotas': new AwsError('TooManyRequestsException', 'Rate exceeded', 429),
};

type Bucket = { tokens: number; at: number };
type Row = (typeof rows.rows)[number];

const rowsByOperation = new Map<string, readonly Row[]>();

const rowOf = (service: Service['id'], operation: string, input: BucketCall['input']): Row | undefined => {
  const key = `${service}:${operation}`;
  let candidates = rowsByOperation.get(key);
  if (!candidates) {
    candidates = rows.rows.filter(
      (row) => row.service === service && row.operations.some((name) => covers(name, operation)),
    );
    rowsByOperation.set(key, candidates);
  }
  return candidates.find((row) => !('unlessGiven' in row) || !row.unlessGiven.some((member) => given(input[member])));
};

const covers = (name: string, operation: string): boolean =>
  name.endsWith('*') ? operation.startsWith(name.slice(0, -1)) : name === operation;

const given = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined);
