import { shortName } from '../../model/arn.ts';
import type { Incident, IncidentLending } from '../../model/incident.ts';
import { type StandbyRung, standbyRungs } from '../../model/lending.ts';
import type { Interruption } from '../../model/records.ts';
import type { FailoverFigure, InterruptionFigures, Period } from '../../model/report.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
const NOTICE_MS = 120_000;

/** What became of the instances that were to go, and of their tasks. */
export function interruptionsOf(interruptions: readonly Interruption[]): InterruptionFigures {
  const of = (cause: Interruption['cause']) => interruptions.filter((one) => one.cause === cause);
  const noticed = of('spot');
  const drained = noticed.filter(isDrained);
  const delays = drained.flatMap(({ noticedAt, drainedAt }) =>
    drainedAt === undefined ? [] : [drainedAt - noticedAt],
  );
  return {
    noticed: noticed.length,
    drained: drained.length,
    notDrained: noticed.length - drained.length,
    missed: of('missed').length,
    scaleIns: of('scale-in').length,
    maintenance: of('maintenance').length,
    tasksMoved: total(interruptions, (one) => (one.stoppedByScheduler ?? 0) + (one.stoppedBySpotkeeper ?? 0)),
    tasksKilled: total(interruptions, ({ killed = 0 }) => killed),
    slowestDrainSeconds: delays.length === 0 ? undefined : Math.max(...delays) / 1000,
  };
}

/** In time: within the two minutes, and before it was gone. */
const isDrained = ({ noticedAt, drainedAt, goneAt }: Interruption): boolean =>
  drainedAt !== undefined && drainedAt <= Math.min(noticedAt + NOTICE_MS, goneAt);

const total = <T>(all: readonly T[], of: (one: T) => number): number => all.reduce((sum, one) => sum + of(one), 0);

/** What was lent at any time within the period, the latest first. */
export const failoversOf = (
  incidents: readonly Incident[],
  { from, to }: Pick<Period, 'from' | 'to'>,
): readonly FailoverFigure[] =>
  incidents
    .flatMap(({ region, cluster, lent }) =>
      lent.map((lending) => figureOf(lending, { region, cluster: shortName(cluster) })),
    )
    .filter((one) => one.from < to && (one.until === undefined || one.until > from))
    .sort((a, b) => b.from - a.from || (a.service < b.service ? -1 : 1));

const figureOf = (
  { service, since, until, most, why }: IncidentLending,
  of: Pick<FailoverFigure, 'region' | 'cluster'>,
): FailoverFigure => ({
  ...of,
  service,
  from: since,
  until,
  most: standbyRungs.reduce((sum, rung) => sum + (most[rung] ?? 0), 0),
  where: standbyRungs
    .filter((rung) => (most[rung] ?? 0) > 0)
    .map((rung) => RUNG_NAMES[rung])
    .join(' and '),
  why,
});

const RUNG_NAMES: Readonly<Record<StandbyRung, string>> = { 'fargate-spot': 'Fargate Spot', fargate: 'Fargate' };
