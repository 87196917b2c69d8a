import { standbyName } from '../../shared/core/standby-name.ts';
import { RUNG_TAG, STANDBY_OF, type StandbyRung, standbyRungs } from '../../shared/model/lending.ts';
import type { SimulatedAccount } from '../../sim/account.ts';
import type { EcsService } from '../../sim/ecs/model.ts';
import type { JournalEntry } from '../../sim/world/journal.ts';
import type { Region } from '../../sim/world/region.ts';
import { SafeHosts } from './safe-hosts.ts';

export type ByRung = Readonly<Record<StandbyRung, number>>;

/** What a main service and its standbys have at an instant, counts of tasks. */
export type LendingSample = {
  /** virtual epoch milliseconds */
  readonly at: number;
  /** of the main service */
  readonly desired: number;
  /** of the main service: healthy, and served by its load balancers if it has any */
  readonly healthy: number;
  /** of the main service: running or pending, not being stopped */
  readonly wanted: number;
  /** desired counts of its standbys */
  readonly lent: ByRung;
  /** tasks of its standbys: running or pending, not being stopped */
  readonly lentWanted: ByRung;
  readonly lentHealthy: ByRung;
  /** Where spotkeeper raised a standby: healthy tasks of the main service on hosts that nobody takes away, as far as anybody knows. */
  readonly safe: number | undefined;
};

/** The samples of one main service, oldest first: one for each instant at which a count changed. */
export type MainLog = { readonly main: EcsService; readonly samples: readonly LendingSample[] };

export type LendingLog = ReadonlyMap<EcsService, MainLog>;

/** Tasks on all rungs. */
export const sumOf = (counts: ByRung): number => standbyRungs.reduce((sum, rung) => sum + counts[rung], 0);

export const isStandby = ({ tags }: Pick<EcsService, 'tags'>): boolean => tags[STANDBY_OF] !== undefined;

/** The rung of a standby, by its name, or else by its tag; undefined: it is none, or neither names a rung. */
export function rungOf({ name, tags }: Pick<EcsService, 'name' | 'tags'>): StandbyRung | undefined {
  const main = tags[STANDBY_OF];
  if (main === undefined) return undefined;
  return (
    standbyRungs.find((rung) => name === standbyName(main, rung)) ??
    standbyRungs.find((rung) => rung === tags[RUNG_TAG])
  );
}

/**
 * Writes down how many tasks the services of a region have, and how many of them are lent, while its account runs.
 * @returns the log of each main service; it grows
 */
export function logLending(region: Region, account: SimulatedAccount): LendingLog {
  const logs = new Map<EcsService, Recorder>();
  const hosts = new SafeHosts(region, account);
  let told = -1;
  account.clock.onStep(() => {
    const { length } = account.journal.entries;
    if (told === length) return;
    const ours = scaledByUs(account.journal.entries.slice(Math.max(0, told)));
    told = length;
    for (const { services } of region.parts.ecs.state.clusters.values()) {
      const standbys = Map.groupBy(services.values(), ({ tags }) => tags[STANDBY_OF]);
      for (const main of services.values()) {
        if (isStandby(main) || main.scheduling === 'DAEMON') continue;
        const recorder = logs.get(main) ?? new Recorder(main, hosts);
        logs.set(main, recorder);
        const own = standbys.get(main.name) ?? [];
        recorder.look(
          own,
          account.clock.now(),
          own.some(({ name }) => ours.has(name)),
        );
      }
    }
  });
  return logs;
}

class Recorder implements MainLog {
  readonly main: EcsService;
  readonly samples: LendingSample[] = [];
  readonly #hosts: SafeHosts;

  constructor(main: EcsService, hosts: SafeHosts) {
    this.main = main;
    this.#hosts = hosts;
  }

  /** @param byUs spotkeeper scaled one of the standbys since the last look */
  look(standbys: readonly EcsService[], now: number, byUs: boolean): void {
    const seen = sampleOf(this.main, standbys, now);
    const before = this.samples.at(-1);
    if (before && isSame(before, seen)) return;
    const isRaised = byUs && standbyRungs.some((rung) => seen.lent[rung] > (before?.lent[rung] ?? 0));
    this.samples.push(isRaised ? { ...seen, safe: this.#hosts.healthyOn(this.main) } : seen);
  }
}

/** Names of the services whose desired count spotkeeper changed. */
const scaledByUs = (entries: readonly JournalEntry[]): ReadonlySet<string> =>
  new Set(
    entries.flatMap(({ kind, subject, data }) =>
      kind === 'service-scaled' && String(data.by).startsWith('spotkeeper') ? [subject] : [],
    ),
  );

const NONE: ByRung = { 'fargate-spot': 0, fargate: 0 };

function sampleOf(main: EcsService, standbys: readonly EcsService[], now: number): LendingSample {
  const lent = { ...NONE };
  const lentWanted = { ...NONE };
  const lentHealthy = { ...NONE };
  for (const standby of standbys) {
    const rung = rungOf(standby);
    if (rung === undefined || standby.status === 'INACTIVE') continue;
    lent[rung] += standby.desired;
    lentWanted[rung] += wantedOf(standby);
    lentHealthy[rung] += standby.facts.healthy;
  }
  const { desired, facts } = main;
  const counts = { desired, healthy: facts.healthy, wanted: wantedOf(main), lent, lentWanted, lentHealthy };
  return { at: now, ...counts, safe: undefined };
}

function wantedOf({ tasks }: EcsService): number {
  let wanted = 0;
  for (const { desiredStatus } of tasks.values()) if (desiredStatus === 'RUNNING') wanted += 1;
  return wanted;
}

const BY_RUNG = ['lent', 'lentWanted', 'lentHealthy'] as const;

const isSame = (a: LendingSample, b: LendingSample): boolean =>
  a.desired === b.desired &&
  a.healthy === b.healthy &&
  a.wanted === b.wanted &&
  standbyRungs.every((rung) => BY_RUNG.every((counts) => a[counts][rung] === b[counts][rung]));
