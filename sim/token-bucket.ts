export type Rate = {
  /** how many tokens there are at first, and at most */
  readonly burst: number;
  readonly refillPerSecond: number;
};

/** A token bucket in virtual time. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #at: number;

  /** @param now virtual epoch milliseconds */
  constructor(rate: Rate, now: number) {
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#at = now;
  }

  /** Takes as many whole tokens as there are, `count` at most. @returns how many */
  take(now: number, count = 1): number {
    const { burst, refillPerSecond } = this.#rate;
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1_000) * refillPerSecond);
    this.#at = now;
    const taken = Math.min(count, Math.floor(this.#tokens));
    this.#tokens -= taken;
    return taken;
  }
}
