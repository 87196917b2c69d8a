import { isUp } from '../../sim/ec2/fleet.ts';
import type { Ec2Instance, Pool } from '../../sim/ec2/instance.ts';
import type { Region } from '../../sim/world/region.ts';
import type { MonthGroup } from './groups.ts';

/** What a month of a group came to. Dollars, hours of instances that a group wanted and had. */
export type Month = {
  /** The largest share of a group that got its notice within two minutes, 0 to 1. */
  readonly largestLoss: number;
  readonly interruptions: number;
  readonly hours: number;
  /** All that ran, those in excess too, but not the first hour of what EC2 took back in it. */
  readonly cost: number;
  /** As if that hour were billed. */
  readonly fullCost: number;
};

type Life = Pool & { readonly group: string; readonly from: number; readonly to: number; readonly taken: boolean };

type Notice = { readonly group: string; readonly at: number };

const HOUR_MS = 3_600_000;
/** Notices that come so close together are one loss: the time that a notice gives. */
const TOGETHER_MS = 120_000;

/** Keeps account of the instances of groups from an instant on. */
export class Ledger {
  readonly #region: Region;
  readonly #now: () => number;
  readonly #lives: Life[] = [];
  readonly #notices: Notice[] = [];

  constructor(region: Region, now: () => number) {
    this.#region = region;
    this.#now = now;
    region.parts.fleet.listeners.push({
      noticed: (ec2) => this.#notices.push({ group: groupOf(ec2), at: now() }),
      lost: (ec2) => this.#lives.push(this.#life(ec2)),
    });
  }

  /** What happened to a group from an instant until now. */
  month({ name, desired }: MonthGroup, from: number): Month {
    const until = this.#now();
    const running = [...this.#region.parts.fleet.instances.values()].filter(isUp);
    const lives = [...this.#lives, ...running.map((ec2) => this.#life(ec2))].filter(
      ({ group, to }) => group === name && to > from,
    );
    const notices = this.#notices.filter(({ group, at }) => group === name && at >= from);
    const cost = (bills: (life: Life) => boolean) =>
      lives.reduce((sum, life) => sum + (bills(life) ? this.#cost(life, from) : 0), 0);
    return {
      largestLoss: largestLoss(notices) / desired,
      interruptions: notices.length,
      hours: hoursOf(lives, desired, { from, until }),
      // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-for-interrupted-spot-instances.html
      cost: cost(({ taken, from: launchedAt, to }) => !taken || to - launchedAt >= HOUR_MS),
      fullCost: cost(() => true),
    };
  }

  #life(ec2: Ec2Instance): Life {
    const { type, zone, launchedAt } = ec2;
    const taken = ec2.stateReason?.code.startsWith('Server.Spot') ?? false;
    return { type, zone, group: groupOf(ec2), from: launchedAt, to: this.#now(), taken };
  }

  #cost({ type, zone, from: launchedAt, to }: Life, since: number): number {
    const from = Math.max(launchedAt, since);
    const changes = this.#region.parts.fleet.market.priceChanges({ type, zone }, from, to);
    return changes.reduce((sum, { atMs, price }, index) => {
      const begins = Math.max(from, atMs);
      const ends = Math.min(to, changes[index + 1]?.atMs ?? to);
      return sum + (price * Math.max(0, ends - begins)) / HOUR_MS;
    }, 0);
  }
}

const groupOf = ({ tags }: Ec2Instance): string => tags['aws:autoscaling:groupName'] ?? '';

function largestLoss(notices: readonly Notice[]): number {
  let most = 0;
  let first = 0;
  for (const [last, { at }] of notices.entries()) {
    while (at - (notices[first]?.at ?? at) > TOGETHER_MS) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

type Span = { readonly from: number; readonly until: number };

/** Instance-hours, but never of more instances than the group wants. */
function hoursOf(lives: readonly Life[], desired: number, { from, until }: Span): number {
  const steps = lives
    .flatMap((life) => [
      { at: Math.max(from, life.from), by: 1 },
      { at: life.to, by: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  let [up, since, hours] = [0, from, 0];
  for (const { at, by } of [...steps, { at: until, by: 0 }]) {
    hours += (Math.min(up, desired) * (at - since)) / HOUR_MS;
    since = at;
    up += by;
  }
  return hours;
}
