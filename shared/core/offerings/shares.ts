import type { Field } from './field.ts';
import type { Offering } from './rank.ts';

/**
 * Which of `offerings`, taken in their order, can be added to `picked` so that no family has more than its share of all,
 * one type of each aside, nor the list more than it may hold. What is picked already stays, whatever its share.
 */
export function withinShares(
  field: Field,
  picked: ReadonlySet<string>,
  offerings: readonly Offering[],
): readonly string[] {
  const before = familyCounts(field, picked);
  let total = field.maxTypes;
  // Fewer types in all leave each family fewer: lowered until the share is one of as many as there are.
  for (;;) {
    const each = allowed(field, total);
    const counts = new Map(before);
    const added: string[] = [];
    for (const { type, family } of offerings) {
      if (picked.size + added.length >= total) break;
      const count = counts.get(family) ?? 0;
      if (picked.has(type) || count >= each) continue;
      counts.set(family, count + 1);
      added.push(type);
    }
    const reached = picked.size + added.length;
    if (reached >= total) return added;
    total = reached;
  }
}

/** Would one type more of its family be within the share of the family? */
export const hasShareLeft = (field: Field, picked: ReadonlySet<string>, { family }: Offering): boolean =>
  (familyCounts(field, picked).get(family) ?? 0) < allowed(field, picked.size + 1);

const allowed = ({ maxFamilyShare }: Field, total: number): number => Math.max(1, Math.floor(maxFamilyShare * total));

function familyCounts({ byType }: Field, types: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) {
    const family = byType.get(type)?.family;
    if (family !== undefined) counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return counts;
}
