import { isOut } from '../../../../shared/core/offerings/standing.ts';
import type { Pool } from '../../../../shared/model/fleet.ts';
import type { Instant } from '../../../../shared/model/instant.ts';
import { poolKey } from '../../../../shared/model/offerings.ts';
import type { Why } from '../../../../shared/model/rebalance-records.ts';
import { currentTypes } from '../types-of-group.ts';
import type { GroupMember, GroupView, RegionView, ReplaceView } from '../view.ts';
import { crowdedMembers } from './excess.ts';

/** To move an instance that nobody wants back is worth so much more an hour, and no more. */
const DEARER = 1.1;

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

/**
 * Where to launch: in the zone with the fewest members that has a better pool, its own among equals; nowhere if zones
 * would then differ by two. Auto Scaling levels such zones, and ends an instance of its own choice for it.
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-benefits.html
 * @param moving zones of what is launched and replaced in the same pass
 */
export function zoneFor(
  { group, members }: GroupView,
  { zone }: GroupMember,
  { better, moving }: { readonly better: readonly Pool[]; readonly moving: readonly Moving[] },
): string | undefined {
  const left = (one: string) =>
    members.filter((member) => member.zone === one).length -
    moving.filter(({ from }) => from === one).length +
    moving.filter(({ to }) => to === one).length -
    Number(one === zone);
  const fewest = Math.min(...group.zones.map(left));
  const zones = [...new Set(better.map((pool) => pool.zone))].filter((one) => left(one) <= fewest);
  const [emptiest] = zones.sort((a, b) => Number(b === zone) - Number(a === zone) || (a < b ? -1 : 1));
  return emptiest;
}

export type Moving = { readonly from: string; readonly to: string };
