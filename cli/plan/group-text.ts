import type { GroupPlan, GroupPlans } from './group-plan.ts';

/**
 * What rebalance would change first: a sentence for each group, and what is wrong with it below.
 * @param some leaves out what is too much of a kind
 */
export function groupsText(
  { groups, refused }: GroupPlans,
  some: (sentences: readonly string[]) => readonly string[],
): readonly string[] {
  if (refused !== undefined) return [`its groups may not be read: ${refused}`];
  if (groups.length === 0) return ['no Auto Scaling group holds instances of these clusters'];
  return groups.flatMap((group) => [headOf(group), ...some(group.notes).map((note) => `  ${note}`)]);
}

function headOf({ name, cluster, rebalance, types, change }: GroupPlan): string {
  const group = `${name} (${cluster}, spotkeeper:rebalance is ${rebalance})`;
  if (change === undefined) return `${group} keeps its instance types`;
  const before = types.length > 0 ? `${types.join(', ')} ` : '';
  return `${group} ${before}would become ${change.types.join(', ')}: ${change.because}`;
}
