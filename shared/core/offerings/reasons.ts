import type { Field } from './field.ts';
import type { Offering } from './rank.ts';

export type LeftOut = { readonly type: string; readonly why: string };

/** What was offered, or is in `known`, but not chosen, and why: offered ones by name, then the others. */
export function leftOutOf(field: Field, chosen: ReadonlySet<string>, known: readonly string[]): readonly LeftOut[] {
  const offered = [...field.byType.values()]
    .filter(({ type }) => !chosen.has(type))
    .sort((a, b) => (a.type < b.type ? -1 : 1))
    .map((one) => ({ type: one.type, why: reasonOf(one, field, chosen.size) }));
  const others = [...new Set(known)].filter((type) => !chosen.has(type) && !field.byType.has(type));
  return [...offered, ...others.map((type) => ({ type, why: 'the group may not run it' }))];
}

function reasonOf({ type, family, slots, pools, cost }: Offering, field: Field, chosen: number): string {
  const { crowded, cheapest, dearest, maxTypes } = field;
  if (slots === 0) return 'too small';
  if (crowded.has(type)) return 'a pool of it carries all of the group that it may';
  const out = pools.find((pool) => pool.out);
  if (out?.why) return out.why;
  if (cost === undefined) return pools[0]?.why ?? 'the group has no zones';
  if (cost > dearest) return `a task costs ${Math.round((cost / cheapest - 1) * 100)}% more than on the cheapest type`;
  return chosen >= maxTypes ? `the list has its ${maxTypes} types` : `family ${family} has its share of the list`;
}

const NAMED = 5;

/** In a few words, what the change to `types` is for. */
export function whyChanged(current: readonly string[], types: readonly string[], leftOut: readonly LeftOut[]): string {
  const before = new Set(current);
  const after = new Set(types);
  const added = types.filter((type) => !before.has(type));
  const gone = leftOut.filter(({ type }) => before.has(type)).map(({ type, why }) => `${type} (${why})`);
  const parts = [
    ...(added.length > 0 ? [`adds ${named(added)}`] : []),
    ...(gone.length > 0 ? [`leaves out ${named(gone)}`] : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  return current.length === after.size && current.some((type, at) => types[at] !== type) ? 'other order' : 'no change';
}

const named = (items: readonly string[]): string => {
  const more = items.length - NAMED;
  return more > 0 ? `${items.slice(0, NAMED).join(', ')} and ${more} more` : items.join(', ');
};
