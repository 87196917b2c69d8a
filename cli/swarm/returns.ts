import { standbyRungs } from '../../shared/model/lending.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import { rungOf } from '../failover/lending-log.ts';
import { during, isStandbyOf, type Sample, type Track } from './lending-truth.ts';
import type { Scaled } from './raises.ts';
import { rungsWanted } from './rungs-wanted.ts';
import type { Seed } from './seed.ts';

/** From a read to the call that rests on it. */
const PASS_MS = 12_000;
/** A notice is known to every pass that begins so long after it. */
const NOTICED_MS = 25_000;
/** A need that lasted so long was seen by a pass: by a tick at the latest. */
const SEEN_MS = 75_000;
/** What is needed until a task is placed was seen to be needed until there was a place: so much earlier. */
const PLACE_MS = 45_000;

/** Checks what is taken back: not what is missing, not while a notice is open, not before the dwell. */
export class Returns {
  readonly #seed: Seed;
  /** main services that were last lent tasks on two rungs at once */
  readonly #doubled = new Set<EcsService>();

  constructor(seed: Seed) {
    this.#seed = seed;
  }

  raised({ track: { main }, record }: Scaled): void {
    if (record?.doubled) this.#doubled.add(main);
    else this.#doubled.delete(main);
  }

  lowered({ seed, standby, before, track, record }: Scaled): void {
    const { main } = track;
    const now = seed.account.clock.now();
    const rung = standbyRungs.find((one) => one === rungOf(standby));
    if (main.status !== 'ACTIVE' || rung === undefined || !rungsWanted(main).includes(rung)) return;
    if (this.#doubled.has(main)) return;
    const others = [...main.cluster.services.values()].filter((one) => one !== standby && isStandbyOf(one, main.name));
    const elsewhere = others.reduce((sum, one) => {
      const other = standbyRungs.find((name) => name === rungOf(one));
      return sum + Math.max(one.desired, (other && record?.rungs[other]?.want) ?? 0);
    }, 0);
    const lent = standby.desired + elsewhere;
    const seen = during(track, now - PASS_MS - seed.excuses.lagMs(now - PASS_MS, now), now);
    // Instances and tasks are read one after the other: a task may be counted, and its place be taken for free.
    const most = Math.min(...seen.map((sample) => sample.most));
    const underWay = Math.max(...seen.map((sample) => sample.underWay));
    const coming = Math.max(...seen.map((sample) => sample.coming));
    const isTooMany = before + elsewhere > most - underWay - coming;
    // What comes up nowhere is asked of another rung, and comes back.
    if (isTooMany || (record && Object.values(record.rungs).some(({ dryUntil }) => (dryUntil ?? 0) > now))) return;
    const what = `${main.name} is left with ${lent} lent tasks of ${before + elsewhere}`;
    for (const problem of this.#problems(track, { seen, lent, now })) this.#seed.violated(`${what}; ${problem}`);
  }

  #problems(
    track: Track,
    { seen, lent, now }: { seen: readonly Sample[]; lent: number; now: number },
  ): readonly string[] {
    const { excuses, settings } = this.#seed;
    const least = Math.min(...seen.map(({ deficitLeast }) => deficitLeast));
    const noticed = during(track, now - NOTICED_MS, now);
    const isOpen = noticed.every(({ open }) => open) && excuses.excuseMs(now - 2 * NOTICED_MS, now, '') === 0;
    const neededAt = lastNeed(track, lent, SEEN_MS + excuses.excuseMs(now - 4 * SEEN_MS, now, ''));
    const dwellMs = Number(settings.SPOTKEEPER_DWELL_MINUTES) * 60_000 - PLACE_MS;
    return [
      ...(least > lent ? [`${least} are missing`] : []),
      ...(isOpen ? ['a host of its tasks has its notice'] : []),
      ...(neededAt !== undefined && neededAt < now && now < neededAt + dwellMs
        ? [`more were missing until ${(now - neededAt) / 1000} s ago`]
        : []),
    ];
  }
}

/** When more than `lent` tasks were last needed, for so long that it was seen. */
function lastNeed({ samples }: Track, lent: number, longMs: number): number | undefined {
  let until: number | undefined;
  for (let index = samples.length - 1; index >= 0; index -= 1) {
    const sample = samples[index];
    if (sample === undefined) continue;
    if (sample.deficitLeast <= lent) {
      until = undefined;
      continue;
    }
    until ??= samples[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (until - sample.at >= longMs) return until;
  }
  return undefined;
}
