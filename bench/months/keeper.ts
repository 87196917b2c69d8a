import { DEARER } from '../../functions/rebalance/decide/replace/pools.ts';
import { type Candidates, candidatesOf } from '../../shared/core/offerings/candidates.ts';
import { chooseTypes } from '../../shared/core/offerings/choose.ts';
import { crowdedPools, fullTypes } from '../../shared/core/offerings/crowded.ts';
import { rank } from '../../shared/core/offerings/rank.ts';
import { isOut, strike } from '../../shared/core/offerings/standing.ts';
import { type Instant, instant } from '../../shared/model/instant.ts';
import { type Catalogue, type Demand, type Prices, poolKey } from '../../shared/model/offerings.ts';
import type { Standing } from '../../shared/model/rebalance-records.ts';
import type { Policy } from '../../shared/policy.ts';
import type { Group } from '../../sim/autoscaling/group.ts';
import type { VirtualClock } from '../../sim/clock.ts';
import type { Ec2Instance, Pool } from '../../sim/ec2/instance.ts';
import { allTypes } from '../../sim/ec2/instance-type.ts';
import { onDemandPrice } from '../../sim/ec2/prices.ts';
import type { Region } from '../../sim/world/region.ts';
import { realCatalogue } from '../real-catalogue.ts';
import { GroupCalls, staying } from './account-groups.ts';
import { ZONES } from './groups.ts';

const MINUTE_MS = 60_000;
const TICK_MS = 10 * MINUTE_MS;
const REVIEW_EVERY_MS = 60 * MINUTE_MS;
/** Notices of a pool within so long are one strike. */
const ONE_STRIKE_MS = 3 * MINUTE_MS;
/** From the launch of a successor until the old instance is empty: it boots, tasks move. */
const HANDOVER_MS = 5 * MINUTE_MS;
const MOST_TYPES = 40;
/** No type of these groups has a launch template of its own. */
const NONE: ReadonlySet<string> = new Set();

/** No services: types of like size hold the same. */
const NO_DEMAND: Demand = { services: [], memoryShare: 0.93, trunking: false };

const catalogue: Catalogue = realCatalogue(allTypes(), ZONES);

type Kept = {
  readonly group: Group;
  readonly own: readonly string[];
  readonly candidates: Candidates;
  current: readonly string[];
  away: readonly string[];
  changedAt: number;
  reviewedAt: number;
  /** a pool of it was struck since */
  struck: boolean;
  readonly open: Set<string>;
  lastBegun: number;
};

export type KeptOptions = { readonly group: Group; readonly own: readonly string[] };

/** What the function rebalance decides, with its pure parts, and its replacements in outline. */
export class Keeper {
  readonly #clock: VirtualClock;
  readonly #region: Region;
  readonly #policy: Policy;
  readonly #calls: GroupCalls;
  readonly #groups: readonly Kept[];
  readonly #standings = new Map<string, Standing>();
  /** By pool: the last notice. */
  readonly #noticedAt = new Map<string, number>();
  /** Changes of types, and replacements, each with its instant. */
  readonly changes: number[] = [];
  readonly replaced: number[] = [];

  constructor(clock: VirtualClock, region: Region, policy: Policy, groups: readonly KeptOptions[]) {
    this.#clock = clock;
    this.#region = region;
    this.#policy = policy;
    this.#calls = new GroupCalls(region, () => clock.now());
    const image = { architecture: 'x86_64', virtualization: 'hvm' };
    this.#groups = groups.map(({ group, own }) => ({
      group,
      own,
      candidates: candidatesOf(catalogue, { own, pinned: NONE, image, demand: NO_DEMAND, zones: ZONES, policy }),
      current: own,
      away: [],
      changedAt: Number.NEGATIVE_INFINITY,
      reviewedAt: Number.NEGATIVE_INFINITY,
      struck: false,
      open: new Set<string>(),
      lastBegun: Number.NEGATIVE_INFINITY,
    }));
    region.parts.fleet.listeners.push({
      noticed: (ec2) => this.#strike(ec2, 1),
      recommended: (ec2) => {
        this.#strike(ec2, 0.5);
        clock.after(MINUTE_MS / 2, () => this.#recommended(ec2));
      },
    });
    this.#tick();
  }

  #tick(): void {
    for (const kept of this.#groups) {
      if (kept.struck || this.#clock.now() - kept.reviewedAt >= REVIEW_EVERY_MS) this.#review(kept);
      this.#spread(kept);
    }
    this.#clock.after(TICK_MS, () => this.#tick());
  }

  /** @param weight 1: an interruption; a recommendation counts half */
  #strike(pool: Pool, weight: number): void {
    const key = poolKey(pool);
    const at = this.#now();
    const before = this.#standings.get(key);
    if (weight === 1) this.#noticedAt.set(key, at);
    if (before && at - before.lastAt < ONE_STRIKE_MS && before.strikes >= weight) return;
    const { coolOffMinutes, mostCoolOffHours } = this.#policy;
    const { type, zone } = pool;
    const hit = { region: this.#region.name, pool: { type, zone }, at, weight, coolOffMinutes, mostCoolOffHours };
    this.#standings.set(key, strike(before, hit));
    if (weight < 1) return;
    for (const kept of this.#groups) if (kept.current.includes(type)) kept.struck = true;
  }

  #review(kept: Kept): void {
    const now = this.#clock.now();
    kept.reviewedAt = now;
    kept.struck = false;
    const { minPools, maxFamilyShare, gainPercent, changeMinutes } = this.#policy;
    if (now - kept.changedAt < changeMinutes * MINUTE_MS) return;
    const offerings = rank(kept.candidates.types, {
      zones: ZONES,
      catalogue,
      prices: this.#prices(kept.candidates.types.map(({ type }) => type)),
      standings: this.#standings,
      scores: undefined,
      demand: NO_DEMAND,
      now: this.#now(),
    });
    const crowded = fullTypes(...this.#spreadOf(kept));
    const { own, current } = kept;
    const { away } = kept;
    const wish = { own, pinned: NONE, current, away, zones: ZONES, minPools, maxFamilyShare, gainPercent, crowded };
    const chosen = chooseTypes(offerings, { ...wish, maxTypes: MOST_TYPES, ordered: false });
    if (!chosen.changed) return;
    kept.current = chosen.types;
    kept.away = chosen.away;
    kept.changedAt = now;
    this.changes.push(now);
    this.#calls.setTypes(kept.group, chosen.types);
  }

  #crowded(kept: Kept): ReadonlyMap<string, number> {
    return crowdedPools(...this.#spreadOf(kept));
  }

  #spreadOf({ group }: Kept): Parameters<typeof crowdedPools> {
    const members = staying(group).map(({ type, zone }) => ({ type, zone, spot: true }));
    return [members, { desired: group.desired, maxPoolShare: this.#policy.maxPoolShare }];
  }

  /** Moves one instance off a pool that carries too much, when all is calm and elsewhere is not much dearer. */
  #spread(kept: Kept): void {
    const { group, open, current } = kept;
    const instances = staying(group);
    if (open.size > 0 || instances.length < group.desired || !this.#isCalm(kept)) return;
    const crowded = [...this.#crowded(kept)].sort(([a, one], [b, two]) => two - one || (a < b ? -1 : 1));
    for (const [key] of crowded) {
      const [old] = instances
        .filter((ec2) => poolKey(ec2) === key && !current.includes(ec2.type))
        .sort((a, b) => a.launchedAt - b.launchedAt);
      if (!old) continue;
      const better = this.#cheapElsewhere(kept, old);
      if (better.length === 0) continue;
      if (this.#isOldEnough(old)) this.#replace(kept, old, better);
      return;
    }
  }

  #isCalm({ current, open }: Kept): boolean {
    const since = this.#clock.now() - this.#policy.coolOffMinutes * MINUTE_MS;
    const fresh = [...this.#noticedAt].filter(([, at]) => at > since);
    return open.size === 0 && fresh.every(([key]) => !current.includes(key.slice(0, key.indexOf(' '))));
  }

  #recommended(ec2: Ec2Instance): void {
    const kept = this.#groups.find(({ group }) => group.instances.get(ec2.id)?.stays);
    if (!kept || ec2.reclaimAt !== undefined || !this.#isOldEnough(ec2) || kept.open.has(ec2.id)) return;
    const most = Math.max(1, Math.floor(kept.group.desired * this.#policy.replaceShare));
    if (kept.open.size < most) this.#replace(kept, ec2, this.#goodElsewhere(kept, ec2));
  }

  #goodElsewhere({ current }: Kept, own: Pool): readonly Pool[] {
    return current
      .flatMap((type) => ZONES.map((zone) => ({ type, zone })))
      .filter((pool) => poolKey(pool) !== poolKey(own) && !isOut(this.#standings.get(poolKey(pool)), this.#now()));
  }

  #cheapElsewhere(kept: Kept, own: Pool): readonly Pool[] {
    const crowded = this.#crowded(kept);
    const pays = this.#price(own);
    return this.#goodElsewhere(kept, own).filter(
      (pool) => !crowded.has(poolKey(pool)) && this.#price(pool) <= DEARER * pays,
    );
  }

  /** Launches first, in the zone with the fewest instances that has one of these pools. */
  #replace(kept: Kept, old: Ec2Instance, better: readonly Pool[]): void {
    const has = (zone: string) => staying(kept.group).filter((ec2) => ec2.zone === zone).length;
    const [zone] = [...new Set(better.map((pool) => pool.zone))].sort(
      (a, b) => has(a) - has(b) || Number(b === old.zone) - Number(a === old.zone) || (a < b ? -1 : 1),
    );
    if (zone === undefined || !this.#calls.launch(kept.group, zone)) return;
    kept.open.add(old.id);
    kept.lastBegun = this.#clock.now();
    this.replaced.push(this.#clock.now());
    this.#clock.after(HANDOVER_MS, () => {
      kept.open.delete(old.id);
      this.#calls.terminate(kept.group, old);
    });
  }

  #isOldEnough({ launchedAt }: Ec2Instance): boolean {
    return this.#clock.now() - launchedAt >= this.#policy.minAgeMinutes * MINUTE_MS;
  }

  #price(pool: Pool): number {
    return this.#region.parts.fleet.market.price(pool);
  }

  #prices(types: readonly string[]): Prices {
    const pools = types.flatMap((type) => ZONES.map((zone) => ({ type, zone })));
    return {
      spot: new Map(pools.map((pool) => [poolKey(pool), nano(this.#price(pool))])),
      onDemand: new Map(types.map((type) => [type, nano(onDemandPrice(type))])),
    };
  }

  #now(): Instant {
    return instant(this.#clock.now());
  }
}

const nano = (dollars: number): number => Math.round(dollars * 1e9);
