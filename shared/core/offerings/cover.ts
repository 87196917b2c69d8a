import type { Field } from './field.ts';
import type { Offering } from './rank.ts';

/** How many good pools some types have in each zone of the group. */
export function goodPoolsOf({ zones, byType }: Field, types: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map(zones.map((zone) => [zone, 0]));
  for (const type of types)
    for (const zone of goodZones(byType.get(type))) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return counts;
}

/** The zones in which some types have too few good pools. */
export const shortZones = (field: Field, types: Iterable<string>): ReadonlySet<string> =>
  new Set([...goodPoolsOf(field, types)].flatMap(([zone, count]) => (count < field.minPools ? zone : [])));

/** Adds those of `offerings`, in their order, that have a good pool in a zone with too few, while there are such zones. */
export function fill(
  field: Field,
  picked: Set<string>,
  offerings: readonly Offering[],
  may: (offering: Offering) => boolean = () => true,
): void {
  const counts = new Map(goodPoolsOf(field, picked));
  for (const offering of offerings) {
    if (picked.size >= field.maxTypes) return;
    const zones = goodZones(offering);
    if (picked.has(offering.type) || !zones.some((zone) => (counts.get(zone) ?? 0) < field.minPools)) continue;
    if (!may(offering)) continue;
    picked.add(offering.type);
    for (const zone of zones) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  }
}

const goodZones = (offering: Offering | undefined): readonly string[] =>
  offering?.pools.flatMap(({ zone, good }) => (good ? zone : [])) ?? [];
