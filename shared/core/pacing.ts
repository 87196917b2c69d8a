/** A token bucket as AWS keeps them per account, region and API category: `burst` tokens, `perSecond` new ones. */
export type Bucket = { readonly burst: number; readonly perSecond: number };

/**
 * When the next call may go out, by the generic cell rate algorithm: at most `burst` at once, then one every
 * 1/perSecond. The state is one number, the theoretical arrival time of the next call in epoch ms.
 * https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
 * @returns `at`: when to send (now or later); `next`: the state to keep
 */
export function nextSlot(arrival: number, now: number, { burst, perSecond }: Bucket): { at: number; next: number } {
  const spacing = 1000 / perSecond;
  const start = Math.max(arrival, now - (burst - 1) * spacing);
  return { at: Math.max(now, start), next: start + spacing };
}

/** How many milliseconds a bucket needs for `calls` more calls once its burst is spent. */
export const carryMs = (calls: number, { perSecond }: Bucket): number => Math.ceil((calls * 1000) / perSecond);

/** How many calls a bucket that is full now lets through within `ms`. */
export const carriedWithin = (ms: number, { burst, perSecond }: Bucket): number =>
  ms < 0 ? 0 : Math.floor(burst + (ms * perSecond) / 1000);

/** A share of a bucket: what one process may use of what the whole account has. */
export const shareOf = ({ burst, perSecond }: Bucket, share: number): Bucket => ({
  burst: Math.max(1, Math.floor(burst * share)),
  perSecond: perSecond * share,
});
