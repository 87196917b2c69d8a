import type { SimulatedAccount } from '../../sim/account.ts';
import type { Pool } from '../../sim/ec2/instance.ts';
import { onDemandPrice } from '../../sim/ec2/prices.ts';
import type { EmittedEvent } from '../../sim/service.ts';
import type { Region } from '../../sim/world/region.ts';

/** What a replay comes to. */
export type Outcome = {
  /** the share of time, 0 to 1, in which all tasks ran; the first ten minutes do not count */
  readonly availability: number;
  /** Spot Instances that EC2 took back */
  readonly interruptions: number;
  /** launches that Auto Scaling tried and EC2 refused */
  readonly launchesRefused: number;
  /** hours of instances that ran */
  readonly instanceHours: number;
  /** what was paid, as a share of `target` On-Demand instances over the whole time */
  readonly cost: number;
  /** what an hour of Spot cost on average, as a share of On-Demand; undefined: none ran */
  readonly spotRatio: number | undefined;
};

export type MeasureOptions = {
  readonly target: number;
  readonly type: string;
  /** a fixed price instead of the market's, as a share of On-Demand */
  readonly spotRatio: number | undefined;
};

/** The first instances boot meanwhile. */
export const LEFT_OUT_MS = 600_000;
const HOUR_MS = 3_600_000;

/** Watches an account from now on. @returns a function that counts up what happened until it is called */
export function measure(account: SimulatedAccount, region: Region, options: MeasureOptions): () => Outcome {
  const { clock } = account;
  const from = clock.now();
  const completeness = new Completeness(from + LEFT_OUT_MS);
  const bill = new Bill(region, options);
  let launchesRefused = 0;
  account.tally().onCount = ({ running }) => completeness.set(running >= options.target, clock.now());
  account.onEvent((event) => {
    if (event['detail-type'] === 'EC2 Instance Launch Unsuccessful') launchesRefused += 1;
    bill.note(event, clock.now());
  });
  return () => {
    const to = clock.now();
    const { hours, paid } = bill.until(to);
    const counted = Math.max(1, to - from - LEFT_OUT_MS);
    const onDemand = onDemandPrice(options.type);
    return {
      availability: completeness.until(to) / counted,
      interruptions: [...account.tally().interrupted.values()].length,
      launchesRefused,
      instanceHours: hours,
      cost: paid / ((options.target * onDemand * (to - from)) / HOUR_MS),
      spotRatio: hours === 0 ? undefined : paid / hours / onDemand,
    };
  };
}

/** For how long all tasks ran. Instants before `from` do not count. */
class Completeness {
  #complete = false;
  #since: number;
  #completeMs = 0;

  constructor(from: number) {
    this.#since = from;
  }

  set(complete: boolean, now: number): void {
    this.#advance(now);
    this.#complete = complete;
  }

  until(now: number): number {
    this.#advance(now);
    return this.#completeMs;
  }

  #advance(now: number): void {
    if (now <= this.#since) return;
    if (this.#complete) this.#completeMs += now - this.#since;
    this.#since = now;
  }
}

type Running = { readonly pool: Pool; readonly since: number };

/**
 * What the instances cost: every second that one runs, at the Spot price of that second.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances.html
 */
class Bill {
  readonly #region: Region;
  readonly #options: MeasureOptions;
  readonly #running = new Map<string, Running>();
  #hours = 0;
  #paid = 0;

  constructor(region: Region, options: MeasureOptions) {
    this.#region = region;
    this.#options = options;
  }

  note({ 'detail-type': detailType, detail }: EmittedEvent, now: number): void {
    if (detailType !== 'EC2 Instance State-change Notification') return;
    const { 'instance-id': id, state } = detail as { 'instance-id': string; state: string };
    if (state === 'running') {
      const { type, zone } = this.#region.parts.fleet.find(id);
      this.#running.set(id, { pool: { type, zone }, since: now });
    } else this.#close(id, now);
  }

  until(now: number): { readonly hours: number; readonly paid: number } {
    for (const [id, { pool }] of [...this.#running]) {
      this.#close(id, now);
      this.#running.set(id, { pool, since: now });
    }
    return { hours: this.#hours, paid: this.#paid };
  }

  #close(id: string, now: number): void {
    const running = this.#running.get(id);
    if (!running) return;
    this.#running.delete(id);
    this.#hours += (now - running.since) / HOUR_MS;
    this.#paid += this.#price(running, now);
  }

  #price({ pool, since }: Running, now: number): number {
    const { spotRatio, type } = this.#options;
    if (spotRatio !== undefined) return (spotRatio * onDemandPrice(type) * (now - since)) / HOUR_MS;
    const changes = this.#region.parts.fleet.market.priceChanges(pool, since, now);
    return changes.reduce((sum, { atMs, price }, index) => {
      const [begin, end] = [Math.max(atMs, since), changes[index + 1]?.atMs ?? now];
      return sum + (price * (end - begin)) / HOUR_MS;
    }, 0);
  }
}
