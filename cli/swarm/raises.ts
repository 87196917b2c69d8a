import { standbyRungs } from '../../shared/model/lending.ts';
import type { Lending } from '../../shared/model/records.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import { rungOf } from '../failover/lending-log.ts';
import { during, isStandbyOf, type Track } from './lending-truth.ts';
import { rungsWanted } from './rungs-wanted.ts';
import type { Seed } from './seed.ts';

/** A standby was given another count by spotkeeper. */
export type Scaled = {
  readonly seed: Seed;
  readonly standby: EcsService;
  /** what it had */
  readonly before: number;
  readonly track: Track;
  readonly record: Lending | undefined;
  /** The last raise of each standby: when, and from how many tasks. */
  readonly raises: ReadonlyMap<EcsService, { readonly at: number; readonly from: number }>;
};

/** From a read to the call that rests on it, when nothing goes wrong: reads are kept, and calls are paced. */
const PASS_MS = 12_000;
/** How old a stale answer is, at the most. */
const STALE_MS = 5_000;

/**
 * More was lent: within the maximum percent, and within what was missing and one more, of all that spotkeeper may have
 * seen since it last read. Both rungs may have as much only where the record says that both were asked.
 */
export function raiseProblems({ seed, standby, before, track, record, raises }: Scaled): readonly string[] {
  const { main } = track;
  const now = seed.account.clock.now();
  const seen = during(track, now - PASS_MS - seed.excuses.lagMs(now - PASS_MS, now), now);
  const most = Math.max(...seen.map((sample) => sample.most - sample.underWay));
  const missing = Math.max(...seen.map(({ deficitMost }) => deficitMost));
  const others = [...main.cluster.services.values()].filter(
    (one) => one !== standby && isStandbyOf(one, main.name) && !seed.hands.scaled(one),
  );
  const wanted = rungsWanted(main);
  // A raise of seconds ago is not seen in an answer that is older than it seems.
  const counted = others.map((one): number => {
    const { at, from } = raises.get(one) ?? { at: 0, from: 0 };
    const isUnseen = at > now - PASS_MS && seed.excuses.happened(['stale'], at - STALE_MS, now);
    return isUnseen ? Math.min(from, meant(one, record)) : meant(one, record);
  });
  const elsewhere = counted.reduce((sum, count) => sum + count, 0);
  // What is on a rung that is not wanted any more goes at the same time.
  const leaving = others.reduce(
    (sum, one, index) => sum + (wanted.includes(rungOf(one) ?? '') ? 0 : (counted[index] ?? 0)),
    0,
  );
  const all = standby.desired + elsewhere;
  const lent = record?.doubled ? Math.max(standby.desired, elsewhere) : all - leaving;
  const what = `${main.name} was lent ${all} tasks, ${standby.desired} on ${rungOf(standby)} instead of ${before}`;
  return [
    ...(all > Math.max(0, most) ? [`${what}; its maximum of ${main.maximumPercent} % leaves ${most}`] : []),
    ...(lent > missing + 1 ? [`${what}; ${missing} were missing`] : []),
  ];
}

/** What a rung has, or is about to be lowered to. */
function meant(standby: EcsService, record: Lending | undefined): number {
  const rung = standbyRungs.find((one) => one === rungOf(standby));
  return Math.min(standby.desired, (rung && record?.rungs[rung]?.want) ?? standby.desired);
}
