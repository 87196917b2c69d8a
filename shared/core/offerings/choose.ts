import { fill, goodPoolsOf, shortZones } from './cover.ts';
import { type Field, fieldOf, isTroubled } from './field.ts';
import { inOrder } from './order.ts';
import type { Offering } from './rank.ts';
import { type LeftOut, leftOutOf, whyChanged } from './reasons.ts';
import { hasShareLeft, withinShares } from './shares.ts';

export type Wish = {
  /** The user's own types, in the user's order. */
  readonly own: readonly string[];
  /** Current types with a launch template or an image of their own, which would be lost with their place in the list. */
  readonly pinned: ReadonlySet<string>;
  /** What the group has now, in order; none: its own. */
  readonly current: readonly string[];
  /** What it would have, were its pools not left out or crowded: these return when they no longer are. */
  readonly away: readonly string[];
  readonly zones: readonly string[];
  readonly minPools: number;
  /** 0 to 1 */
  readonly maxFamilyShare: number;
  /** How much better in percent a type must be to take another's place. */
  readonly gainPercent: number;
  /** Types of pools that carry all of the group that they may, where one carries more: see `fullTypes`. */
  readonly crowded: ReadonlySet<string>;
  readonly maxTypes: number;
  /** Does a strategy of the group go by the order of its types? */
  readonly ordered: boolean;
};

export type Chosen = {
  /** 1 to `maxTypes` types, in the order to set. */
  readonly types: readonly string[];
  /** What is offered, own or current, but not chosen. */
  readonly leftOut: readonly LeftOut[];
  /** By zone: how many good pools the chosen types have there. */
  readonly goodPools: ReadonlyMap<string, number>;
  /** Of what the group has or had, what is left out for a time only. */
  readonly away: readonly string[];
  /** Do they differ from the current ones, in number, name or order? */
  readonly changed: boolean;
  readonly why: string;
};

/** A choice is made again with itself as the current one, until it stays: so the next review changes nothing. */
const ROUNDS = 10;

/**
 * Which types a group gets. In this order, up to `maxTypes`:
 * 1. pinned types, whatever they are like, and its own types, but for those that are crowded or have a pool that is left out;
 * 2. sound types (a good pool, none left out, not crowded), no family above its share, own types excepted: current ones
 *    that cost a slot at most twice as much as on the cheapest one; others at 1.3 times at the most, at the first choice,
 *    or when one of them is cheaper than each current type by `gainPercent`;
 * 3. while a zone has fewer than `minPools` good pools, types with one there: sound ones within the share of families,
 *    then any sound ones, then crowded ones and those with a pool left out, own ones first;
 * 4. in zones that still have too few, its own and current types that are offered there, whatever they are like.
 * Current types count `gainPercent` cheaper than they are. What is too small is never chosen: if nothing else is left,
 * the current types stay, or the own ones.
 *
 * @param offerings as `rank` gives them, in any order
 * @throws Error when there is nothing to choose, and the group has no types
 */
export function chooseTypes(offerings: readonly Offering[], wish: Wish): Chosen {
  const own = [...new Set(wish.own)];
  const current = [...new Set(wish.current.length > 0 ? wish.current : own)];
  const field = fieldOf(offerings, { ...wish, own });
  const held = new Set([...current, ...wish.away]);
  const picked = settled(field, held);
  if (picked.size === 0) return unchanged(field, wish, current.length > 0 ? current : own);
  const types = inOrder(picked, field, { current, ordered: wish.ordered });
  const leftOut = leftOutOf(field, new Set(types), [...own, ...current]);
  const changed = types.join(' ') !== wish.current.join(' ');
  return {
    types,
    leftOut,
    goodPools: goodPoolsOf(field, types),
    away: awayOf(field, held, picked),
    changed,
    why: whyChanged(wish.current, types, leftOut),
  };
}

function unchanged(field: Field, wish: Wish, kept: readonly string[]): Chosen {
  const types = kept.slice(0, wish.maxTypes);
  if (types.length === 0) throw new Error('no instance type to choose: none is offered, and the group has none');
  const changed = types.join(' ') !== wish.current.join(' ');
  const goodPools = goodPoolsOf(field, types);
  return {
    types,
    leftOut: leftOutOf(field, new Set(types), kept),
    goodPools,
    away: [...wish.away],
    changed,
    why: 'no type is usable',
  };
}

/**
 * Types for their own sake: those that the group has, and others if it has none but its own yet, or if one of them costs
 * less than each that it has, by the gain.
 */
function wanted(sound: readonly Offering[], field: Field, held: ReadonlySet<string>): readonly Offering[] {
  const { cheapest, dearest, farthest, gain, own } = field;
  const price = ({ cost = Number.POSITIVE_INFINITY }: Offering): number => cost;
  const has = sound.filter(({ type }) => held.has(type));
  const isFirst = [...held].every((type) => own.includes(type));
  const isWorthIt = isFirst || has.every((one) => price(one) > cheapest * gain);
  return sound.filter((one) => price(one) <= (held.has(one.type) ? farthest : isWorthIt ? dearest : 0));
}

/** By name: own types return anyway. */
const awayOf = (field: Field, held: ReadonlySet<string>, picked: ReadonlySet<string>): readonly string[] =>
  field.usable
    .filter((one) => held.has(one.type) && !picked.has(one.type) && !field.own.includes(one.type))
    .filter((one) => isTroubled(one, field))
    .map(({ type }) => type);

function settled(field: Field, current: ReadonlySet<string>): ReadonlySet<string> {
  let held = current;
  for (let round = 0; round < ROUNDS; round += 1) {
    const picked = pick(field, held);
    if (picked.size === held.size && [...picked].every((type) => held.has(type))) return picked;
    held = picked;
  }
  return held;
}

function pick(field: Field, held: ReadonlySet<string>): ReadonlySet<string> {
  const picked = new Set(field.pinned);
  const cost = ({ type, cost: full = Number.POSITIVE_INFINITY }: Offering): number =>
    held.has(type) ? full / field.gain : full;
  const byCost = (a: Offering, b: Offering): number => cost(a) - cost(b) || (a.type < b.type ? -1 : 1);
  const own = field.ownOfferings.filter((one) => !isTroubled(one, field));
  for (const { type } of own) if (picked.size < field.maxTypes) picked.add(type);
  const sound = field.sound.toSorted(byCost);
  const near = wanted(sound, field, held);
  for (const type of withinShares(field, picked, near)) picked.add(type);
  fill(field, picked, sound, (one) => hasShareLeft(field, picked, one));
  const others = field.usable.filter(({ type }) => !field.own.includes(type)).toSorted(byCost);
  fill(field, picked, [...sound, ...field.ownOfferings, ...others]);
  const short = shortZones(field, picked);
  const kept = [...field.ownOfferings, ...others.filter(({ type }) => held.has(type))];
  const needed = kept.filter(({ type, pools }) => {
    return !picked.has(type) && pools.some(({ zone, offered }) => offered && short.has(zone));
  });
  for (const { type } of needed.slice(0, field.maxTypes - picked.size)) picked.add(type);
  return picked;
}
