import type { FailoverFigure, InterruptionFigures, Report } from '../../model/report.ts';
import { clockTime, counted, dollars, duration, listed } from './figures.ts';
import { named, shown } from './text.ts';

/** How interruptions went: with a notice, in time, too late, without a notice, and what became of their tasks. */
export function wentWrongLines({ interruptions, freed, mode }: Report): readonly string[] {
  const { noticed, missed } = interruptions;
  const more = noticed > 0 ? 'more ' : '';
  return [
    ...(noticed === 0 && missed === 0 ? ['EC2 took back no Spot instance.'] : []),
    ...(noticed > 0
      ? [`EC2 took back ${counted(noticed, 'Spot instance')} after a notice. ${drainedLine(interruptions, mode)}`]
      : []),
    ...(missed > 0
      ? [
          `*${counted(missed, `${more}instance`)} ${missed === 1 ? 'was' : 'were'} lost* without a notice that reached spotkeeper.`,
        ]
      : []),
    ...tasksLines(interruptions, mode),
    ...otherEnds(interruptions),
    ...(freed.instances > 0
      ? [
          `${counted(freed.instances, 'instance')} went within ${freed.instances === 1 ? 'its' : 'their'} first hour. EC2 does not charge for that: ${dollars(freed.cost)} less.`,
        ]
      : []),
  ];
}

function drainedLine(figures: InterruptionFigures, mode: Report['mode']): string {
  const { noticed, drained, notDrained, slowestDrainSeconds: slowest } = figures;
  const be = (count: number): string => (mode === 'observe' ? 'would have been' : count === 1 ? 'was' : 'were');
  if (drained === 0) return `*None ${be(1)} drained in time.*`;
  const all = noticed === 1 ? 'It' : 'All';
  const after =
    slowest === undefined ? '' : `, ${drained === 1 ? '' : 'the slowest '}${duration(slowest * 1000)} after its notice`;
  if (notDrained === 0) return `${all} ${be(noticed)} drained in time${after}.`;
  return `${drained.toLocaleString('en-US')} ${be(drained)} drained in time${after}; *${notDrained.toLocaleString('en-US')} ${be(notDrained)} not*.`;
}

function tasksLines({ tasksMoved, tasksKilled }: InterruptionFigures, mode: Report['mode']): readonly string[] {
  const moved = mode === 'act' ? 'moved to other places in time' : 'would have moved in time';
  const killed = `*${counted(tasksKilled, 'task')} ${tasksKilled === 1 ? 'was' : 'were'} killed* with ${tasksKilled === 1 ? 'its instance' : 'their instances'}`;
  if (tasksKilled > 0) return [tasksMoved > 0 ? `${counted(tasksMoved, 'task')} ${moved}; ${killed}.` : `${killed}.`];
  return tasksMoved > 0 ? [`${counted(tasksMoved, 'task')} ${moved}, and none was killed.`] : [];
}

function otherEnds({ scaleIns, maintenance }: InterruptionFigures): readonly string[] {
  const ends = [
    ...(scaleIns > 0 ? [`${scaleIns.toLocaleString('en-US')} because a group became smaller`] : []),
    ...(maintenance > 0 ? [`${maintenance.toLocaleString('en-US')} for maintenance by AWS`] : []),
  ];
  return ends.length > 0 ? [`Instances that ended for other reasons: ${listed(ends)}.`] : [];
}

/** First what lending came to, then each time, one line for each; empty: nothing was lent. */
export function failoverLines({ failovers, failoverCost, period, mode }: Report, sentence: number): readonly string[] {
  if (failovers.length === 0) return [];
  const times = failovers.length === 1 ? 'Once' : failovers.length === 2 ? 'Twice' : counted(failovers.length, 'time');
  const ran = mode === 'act' ? 'ran elsewhere for a while' : 'would have run elsewhere for a while';
  const cost = failoverCost > 0 ? ` That cost ${dollars(failoverCost)}.` : '';
  return [
    `${times}, tasks of a service found no room on its instances and ${ran}.${cost}`,
    ...failovers.map((one) => failoverLine(one, period.timeZone, sentence)),
  ];
}

function failoverLine(
  { service, cluster, from, until, most, where, why }: FailoverFigure,
  zone: string,
  sentence: number,
): string {
  const long = until === undefined ? `since ${clockTime(from, zone)}, and still` : `for ${duration(until - from)}`;
  const reason = why === '' ? '' : ` Why: ${shown(why, sentence)}`;
  return `${named(service)} in ${named(cluster, 40)}: up to ${counted(most, 'task')} on ${shown(where, 60)} ${long}.${reason}`;
}

/** So many services are named. */
const MOST_NAMES = 3;

/** Standbys that were not needed, by count and some names. On a single day that is nothing new. */
export function unusedLines({ period, unused: { days, services } }: Report): readonly string[] {
  if (period.kind === 'daily' || services.length === 0) return [];
  const time = days === 1 ? 'day' : `${days} days`;
  const names = services.map(({ service }) => named(service, 40));
  if (services.length === 1)
    return [
      `The standby of ${names[0]} was not needed in the last ${time}. It costs nothing; ${UNTESTED} it would start.`,
    ];
  // One that is only counted would take the place of its name.
  const who =
    names.length <= MOST_NAMES + 1
      ? listed(names)
      : `${counted(names.length, 'service')} (${names.slice(0, MOST_NAMES).join(', ')}, …)`;
  return [
    `The standbys of ${who} were not needed in the last ${time}. They cost nothing; ${UNTESTED} they would start.`,
  ];
}

const UNTESTED = 'no lent task has tested lately whether';

/** What a person should look at: prices that nobody knows, findings, standbys that cannot be relied upon. */
export function actingLines({ missingPrices, findings, standbys }: Report, sentence: number): readonly string[] {
  const [first, ...others] = missingPrices;
  const more = others.length > 0 ? ` and ${others.length.toLocaleString('en-US')} more` : '';
  return [
    ...(first === undefined ? [] : [`No price is known for ${named(first)}${more}, so these sums are not complete.`]),
    ...findings.map((finding) => shown(finding, sentence)),
    ...standbys.map((standby) => shown(standby, sentence)),
  ];
}
