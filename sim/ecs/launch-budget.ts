/** 500 tasks a minute per service on EC2, https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const perSecond = 500 / 60;

/** What the scheduler may start at once: as much as in one pass of five seconds. */
const atOnce = 42;

/** How many tasks a service may start now. */
export class LaunchBudget {
  #tokens = atOnce;
  #at: number;

  /** @param now virtual epoch milliseconds */
  constructor(now: number) {
    this.#at = now;
  }

  /** @returns how many of `count` starts are allowed at `now` */
  take(count: number, now: number): number {
    this.#tokens = Math.min(atOnce, this.#tokens + ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    const allowed = Math.min(count, Math.floor(this.#tokens));
    this.#tokens -= allowed;
    return allowed;
  }
}
