import { isOut } from '../../../../shared/core/offerings/standing.ts';
import type { Pool } from '../../../../shared/model/fleet.ts';
import type { Instant } from '../../../../shared/model/instant.ts';
import { poolKey } from '../../../../shared/model/offerings.ts';
import type { Why } from '../../../../shared/model/rebalance-records.ts';
import { currentTypes } from '../types-of-group.ts';
import type { GroupMember, GroupView, RegionView, ReplaceView } from '../view.ts';
import { crowdedMembers } from './excess.ts';

/**
 * To move an instance that nobody wants back is worth so much more an hour, and no more. With 1.1 some groups wait a day
 * until prices let them spread, with 1.2 they lose more at once (docs/benchmarks.md, rebalance-months).
 */
export const DEARER = 1.15;

/** The pools that a group may launch in. Of one without a list of types, those that it runs. */
export function poolsOf({ group, members }: GroupView): readonly Pool[] {
  const named = currentTypes(group, undefined);
  const types = [...new Set(named.length > 0 ? named : members.map(({ type }) => type))];
  return types.flatMap((type) => group.zones.map((zone) => ({ type, zone })));
}

/** Of these, those that neither failed us lately nor are about to fail this group again. */
function goodPools(view: GroupView, { standings, failed }: RegionView, now: Instant): readonly Pool[] {
  const dry = failed.filter(({ group }) => group === view.group.name);
  return poolsOf(view).filter(
    (pool) =>
      !isOut(standings.get(poolKey(pool)), now) &&
      !dry.some(
        ({ type, zone }) =>
          (type === undefined || type === pool.type) && (zone === undefined ? type !== undefined : zone === pool.zone),
      ),
  );
}

type Asked = { readonly member: GroupMember; readonly why: Why; readonly now: Instant };

/**
 * The pools in which an instance would be better off: good ones, not its own. One that nobody wants back moves only
 * where there is room, and where that costs hardly more.
 */
export function betterPools(view: ReplaceView, region: RegionView, { member, why, now }: Asked): readonly Pool[] {
  const own = poolKey(member);
  const good = goodPools(view, region, now).filter((pool) => !member.spot || poolKey(pool) !== own);
  if (why === 'recommended') return good;
  const { spot, onDemand } = view.prices;
  const pays = member.spot ? spot.get(own) : onDemand.get(member.type);
  const crowded = crowdedMembers(view);
  return good.filter((pool) => {
    const price = spot.get(poolKey(pool));
    return !crowded.has(poolKey(pool)) && pays !== undefined && price !== undefined && price <= DEARER * pays;
  });
}

export type Moving = { readonly from: string; readonly to: string };

type Around = {
  readonly better: readonly Pool[];
  /** Zones of what is launched and replaced in the same pass. */
  readonly moving: readonly Moving[];
  /** Those that go as their successors come. */
  readonly leaving: ReadonlySet<string>;
};

/**
 * Where to launch: in a zone with a better pool, its own before others, where no zone has two instances more than
 * another, neither while old and new run side by side nor afterwards. Auto Scaling levels such zones, and ends an
 * instance of its own choice for it, unless there is nothing to be had in the emptier one.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-benefits.html
 * @returns `later`: somewhere, when others that are under way have gone; `nowhere`: in none of its zones
 */
export function zoneFor(
  { group, members }: GroupView,
  { zone: own }: GroupMember,
  { better, moving, leaving }: Around,
): { readonly zone: string } | 'later' | 'nowhere' {
  const counted = members.filter(({ lifecycle }) => /^(Pending|InService)/.test(lifecycle));
  const now = (zone: string) =>
    counted.filter((one) => one.zone === zone).length + moving.filter(({ to }) => to === zone).length;
  const gone = (zone: string) =>
    counted.filter((one) => one.zone === zone && leaving.has(one.instanceId)).length +
    moving.filter(({ from }) => from === zone).length +
    Number(zone === own);
  const then = (zone: string) => now(zone) - gone(zone);
  const possible = [...new Set(better.map(({ zone }) => zone))];
  const least = Math.min(...group.zones.map(then));
  const fewest = Math.min(...possible.map(now));
  const level = possible.filter((zone) => then(zone) <= least);
  const [zone] = level
    .filter((one) => now(one) <= fewest)
    .sort((a, b) => Number(b === own) - Number(a === own) || (a < b ? -1 : 1));
  if (zone !== undefined) return { zone };
  return possible.length > 0 && moving.length + leaving.size > 0 ? 'later' : 'nowhere';
}
