import { type StandbyRung, standbyRungs } from '../../shared/model/lending.ts';
import { type LendingLog, type LendingSample, sumOf } from './lending-log.ts';

/** What lending came to, from what the account had at each instant. */
export type LendingFigures = {
  /** Tasks lent at the same time, at the most, over all services. */
  readonly most: number;
  /** Minutes of lent tasks, by rung: from the start of each until it begins to stop. */
  readonly taskMinutes: Readonly<Record<StandbyRung, number>>;
  /** Seconds from the first notice to the first lent task; undefined: nothing was lent, or no notice came before. */
  readonly firstLendSeconds: number | undefined;
  /** Tasks that are lent at the end. */
  readonly left: number;
  /** Services that had fewer healthy tasks than desired since the story began, lent ones counted, with the seconds. */
  readonly below: readonly BelowDesired[];
};

export type BelowDesired = { readonly service: string; readonly seconds: number; readonly least: number };

export type FiguresQuery = {
  /** when the story began, and when it ended, virtual epoch milliseconds */
  readonly from: number;
  readonly to: number;
  readonly firstNoticeAt: number | undefined;
};

/** Counts up a log. */
export function lendingFigures(log: LendingLog, { from, to, firstNoticeAt }: FiguresQuery): LendingFigures {
  const mains = [...log.values()];
  const all = mains.flatMap(({ samples }) => spans(samples, to));
  const firstLendAt = Math.min(...all.filter(({ sample }) => sumOf(sample.lent) > 0).map(({ sample }) => sample.at));
  return {
    most: mostAtOnce(mains.map(({ samples }) => samples)),
    taskMinutes: Object.fromEntries(
      standbyRungs.map((rung) => [rung, Math.round(minutesOn(all, rung) * 10) / 10]),
    ) as LendingFigures['taskMinutes'],
    firstLendSeconds:
      firstNoticeAt === undefined || !(firstLendAt >= firstNoticeAt) || firstLendAt === Number.POSITIVE_INFINITY
        ? undefined
        : Math.round((firstLendAt - firstNoticeAt) / 100) / 10,
    left: mains.reduce((sum, { samples }) => sum + sumOf(samples.at(-1)?.lent ?? { 'fargate-spot': 0, fargate: 0 }), 0),
    below: mains.flatMap(({ main, samples }) => belowDesired(main.name, spans(samples, to), from)),
  };
}

export type Span = { readonly sample: LendingSample; readonly until: number };

/** Each sample with the instant until which it held. */
export const spans = (samples: readonly LendingSample[], to: number): readonly Span[] =>
  samples.map((sample, index) => ({ sample, until: samples[index + 1]?.at ?? to }));

/** Healthy tasks of a main service and of its standbys. */
export const healthyIn = ({ healthy, lentHealthy }: LendingSample): number => healthy + sumOf(lentHealthy);

function belowDesired(service: string, all: readonly Span[], from: number): readonly BelowDesired[] {
  const below = all.filter(({ sample, until }) => until > from && healthyIn(sample) < sample.desired);
  const ms = below.reduce((sum, { sample, until }) => sum + until - Math.max(from, sample.at), 0);
  if (ms === 0) return [];
  const least = Math.min(...below.map(({ sample }) => healthyIn(sample)));
  return [{ service, seconds: Math.round(ms / 100) / 10, least }];
}

const minutesOn = (all: readonly Span[], rung: StandbyRung): number =>
  all.reduce((sum, { sample, until }) => sum + (sample.lentWanted[rung] * (until - sample.at)) / 60_000, 0);

/** Of each rung what was asked for, as far as it runs: a dry rung gives none, and a standby that rolls has more for a while. */
const tasksLent = ({ lent, lentWanted }: LendingSample): number =>
  standbyRungs.reduce((sum, rung) => sum + Math.min(lent[rung], lentWanted[rung]), 0);

function mostAtOnce(logs: readonly (readonly LendingSample[])[]): number {
  const changes = logs
    .flatMap((samples) =>
      samples.map((sample, index) => {
        const before = samples[index - 1];
        return { at: sample.at, change: tasksLent(sample) - (before ? tasksLent(before) : 0) };
      }),
    )
    .sort((a, b) => a.at - b.at);
  let now = 0;
  let most = 0;
  for (const { change } of changes) {
    now += change;
    most = Math.max(most, now);
  }
  return most;
}
