import type { Instant } from '../../../shared/model/instant.ts';
import type { StandbyRung } from '../../../shared/model/lending.ts';
import type { Ladder } from './ladder.ts';
import type { Budget } from './limits.ts';
import type { RungNow } from './rungs.ts';

/** How many tasks each rung is to have. */
export type Shares = {
  readonly counts: ReadonlyMap<StandbyRung, number>;
  /** Tasks that no rung takes, and what bounds them. */
  readonly unmet: number;
  readonly bounds: readonly string[];
  /** More than one rung was asked for the same tasks: more is lent than is wanted. */
  readonly doubled: boolean;
};

export type Asked = {
  readonly total: number;
  /** How many the maximum percent of the service leaves. */
  readonly most: number;
  /** Starts take so long that the next rung is asked as well, at once. */
  readonly doubled: boolean;
  /** When they must be launched at the latest to serve in time; undefined: nothing presses. */
  readonly until: Instant | undefined;
  readonly rungs: readonly RungNow[];
  readonly ladder: Ladder;
};

/** The dearest first: what is taken back first, after what does not run yet. */
const DEAREST: readonly StandbyRung[] = ['fargate', 'fargate-spot'];

/**
 * Spreads a number of lent tasks over the rungs, in the order of the ladder. What a rung has it keeps; a dry one keeps
 * what it took on, and the rest goes to the next. What no rung launches in time is shared between them, so that the last
 * one comes as early as it can. What nobody else takes stays where it is: ECS tries on.
 */
export function distribute({ total, most, doubled, until, rungs, ladder }: Asked, budget: Budget): Shares {
  const counts = new Map(rungs.map((one) => [one.rung, keptBy(one)]));
  const ordered = ladder.rungs.flatMap((rung) => rungs.find((one) => one.rung === rung) ?? []);
  const bounds: string[] = [];
  for (const { rung, lent } of rungs) {
    const freed = lent - (counts.get(rung) ?? 0);
    if (freed > 0) budget.give(ladder, rung, freed);
  }
  let missing = total - sumOf(counts);
  if (missing < 0) takeBack(counts, { rungs, ladder, many: -missing }, budget);
  const asked: number[] = [];
  for (const { rung, left, dry } of ordered) {
    if (missing <= 0 && !(doubled && asked.length === 1)) break;
    if (left || dry) {
      bounds.push(`${rung} ${left ? 'was changed by hand' : 'is dry'}`);
      continue;
    }
    const wanted = missing > 0 ? missing : Math.min(asked[0] ?? 0, Math.max(0, most - sumOf(counts)));
    const { granted, bound } = budget.take(ladder, rung, wanted, until);
    if (bound !== undefined) bounds.push(`${rung}: ${bound}`);
    if (granted > 0) asked.push(granted);
    counts.set(rung, (counts.get(rung) ?? 0) + granted);
    missing -= granted;
  }
  missing -= shareLate(missing, counts, { ordered, ladder }, budget);
  for (const { rung, lent, dry, left } of ordered) {
    if (missing <= 0 || !dry || left) continue;
    const back = Math.min(missing, lent - (counts.get(rung) ?? 0));
    const { granted } = budget.take(ladder, rung, back);
    counts.set(rung, (counts.get(rung) ?? 0) + granted);
    missing -= granted;
  }
  if (ordered.length === 0 && missing > 0) bounds.push('it has no standby yet');
  return {
    counts,
    unmet: Math.max(0, missing),
    bounds: [...new Set(bounds)],
    doubled: asked.length > 1 && missing < 0,
  };
}

/** Tasks that come late wherever they are: each rung takes its part, and what others cannot take. @returns how many were taken */
function shareLate(
  many: number,
  counts: Map<StandbyRung, number>,
  { ordered, ladder }: { ordered: readonly RungNow[]; ladder: Ladder },
  budget: Budget,
): number {
  const able = ordered.filter(({ dry, left }) => !dry && !left);
  let missing = Math.max(0, many);
  for (const [index, { rung }] of [...able, ...able].entries()) {
    const part = index < able.length ? Math.ceil(missing / (able.length - index)) : missing;
    const { granted } = budget.take(ladder, rung, part);
    counts.set(rung, (counts.get(rung) ?? 0) + granted);
    missing -= granted;
  }
  return Math.max(0, many) - missing;
}

/** What a rung keeps of what it was asked for: a dry one only what Fargate took on. */
export const keptBy = ({ lent, taken, dry, left }: RungNow): number => (dry && !left ? Math.min(lent, taken) : lent);

function takeBack(
  counts: Map<StandbyRung, number>,
  { rungs, ladder, many }: { rungs: readonly RungNow[]; ladder: Ladder; many: number },
  budget: Budget,
): void {
  let surplus = many;
  const able = DEAREST.flatMap((rung) => rungs.find((one) => one.rung === rung && !one.left) ?? []);
  const back = (rung: StandbyRung, most: number): void => {
    const tasks = Math.max(0, Math.min(surplus, most));
    if (tasks === 0) return;
    budget.give(ladder, rung, tasks);
    counts.set(rung, (counts.get(rung) ?? 0) - tasks);
    surplus -= tasks;
  };
  // Of two rungs that were asked for the same tasks, the one that does not bring them up has the surplus.
  for (const { rung, running } of able) back(rung, (counts.get(rung) ?? 0) - running);
  for (const { rung } of able) back(rung, counts.get(rung) ?? 0);
}

const sumOf = (counts: ReadonlyMap<StandbyRung, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);
