import type { Offering } from './rank.ts';

export type Limits = {
  readonly own: readonly string[];
  readonly pinned: ReadonlySet<string>;
  readonly zones: readonly string[];
  readonly minPools: number;
  readonly maxFamilyShare: number;
  readonly gainPercent: number;
  readonly crowded: ReadonlySet<string>;
  readonly maxTypes: number;
};

/** What there is to choose from, whatever the order in which it was offered. */
export type Field = Limits & {
  readonly byType: ReadonlyMap<string, Offering>;
  /** All that are large enough, by name. */
  readonly usable: readonly Offering[];
  /** Those of them that have a good pool, none left out, and are not crowded. */
  readonly sound: readonly Offering[];
  /** The usable ones of the user's own types, in the user's order. */
  readonly ownOfferings: readonly Offering[];
  /** What a slot of the cheapest sound type costs, and of the dearest that is wanted for its own sake. */
  readonly cheapest: number;
  readonly dearest: number;
  /** What a slot of a current type may cost. */
  readonly farthest: number;
  /** A current type costs so many times what it counts. */
  readonly gain: number;
};

/** A type is wanted if a slot of it costs at most so many times what it costs on the cheapest type. */
const NEAR = 1.3;
/** One that the group has goes for its price alone only beyond this: prices move, and a list is not to follow them. */
const FAR = 2;

export function fieldOf(offerings: readonly Offering[], limits: Limits): Field {
  const usable = offerings.filter(({ slots }) => slots > 0).sort((a, b) => (a.type < b.type ? -1 : 1));
  const byType = new Map(offerings.map((one) => [one.type, one]));
  const sound = usable.filter((one) => one.cost !== undefined && !isTroubled(one, limits));
  const cheapest = Math.min(...sound.map(({ cost = Number.POSITIVE_INFINITY }) => cost));
  return {
    ...limits,
    byType,
    usable,
    sound,
    ownOfferings: limits.own.flatMap((type) => usable.find((one) => one.type === type) ?? []),
    cheapest,
    dearest: NEAR * cheapest,
    farthest: FAR * cheapest,
    gain: 1 + limits.gainPercent / 100,
  };
}

/** Better left out while there is enough else: it carries too much, or one of its pools failed us lately. */
export const isTroubled = ({ type, pools }: Offering, { crowded }: Pick<Limits, 'crowded'>): boolean =>
  crowded.has(type) || pools.some(({ out }) => out);
