import type { FailoverFigure, InterruptionFigures, Report } from '../../model/report.ts';
import { clockTime, counted, dollars, duration, listed } from './figures.ts';
import { named, shown } from './text.ts';

/** How interruptions went: announced, in time, too late, without a warning, and what became of their tasks. */
export function wentWrongLines({ interruptions, freed, mode }: Report): readonly string[] {
  const { noticed, missed } = interruptions;
  return [
    ...(noticed === 0 && missed === 0 ? ['EC2 took back no Spot instance.'] : []),
    ...(noticed > 0
      ? [`EC2 announced that it takes back ${counted(noticed, 'Spot instance')}. ${drainedLine(interruptions, mode)}`]
      : []),
    ...(missed > 0 ? [`${counted(missed, 'instance')} went without a warning that reached spotkeeper.`] : []),
    ...tasksLines(interruptions, mode),
    ...otherEnds(interruptions),
    ...(freed.instances > 0
      ? [
          `${counted(freed.instances, 'instance')} went within the first hour. EC2 does not charge for that: ${dollars(freed.cost)} less.`,
        ]
      : []),
  ];
}

function drainedLine(
  { noticed, drained, notDrained, slowestDrainSeconds: slowest }: InterruptionFigures,
  mode: Report['mode'],
): string {
  const verb = mode === 'act' ? 'was' : 'would have been';
  const verbs = mode === 'act' ? 'were' : 'would have been';
  const after = slowest === undefined ? '' : `, the slowest ${duration(slowest * 1000)} after its notice`;
  if (drained === 0) return `None ${verb} drained in time.`;
  const all = noticed === 1 ? `It ${verb}` : `All ${verbs}`;
  if (notDrained === 0) return `${all} drained in time${after}.`;
  return `${drained.toLocaleString('en-US')} ${drained === 1 ? verb : verbs} drained in time${after}; *${notDrained.toLocaleString('en-US')} not*.`;
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
  const times =
    failovers.length === 1
      ? 'Once'
      : failovers.length === 2
        ? 'Twice'
        : `${failovers.length.toLocaleString('en-US')} times`;
  const services = mode === 'act' ? 'a service was lent' : 'a service would have been lent';
  const cost = failoverCost > 0 ? ` The lent tasks cost ${dollars(failoverCost)}.` : '';
  return [
    `${times} ${services} tasks that found no room on its own instances.${cost}`,
    ...failovers.map((one) => failoverLine(one, period.timeZone, sentence)),
  ];
}

function failoverLine(
  { service, cluster, from, until, most, where, why }: FailoverFigure,
  zone: string,
  sentence: number,
): string {
  const long = until === undefined ? `since ${clockTime(from, zone)}, and still` : `for ${duration(until - from)}`;
  const reason = why === '' ? '' : ` ${shown(why, sentence)}`;
  return `${named(service)} in ${named(cluster, 40)}: up to ${counted(most, 'task')} on ${shown(where, 60)} ${long}.${reason}`;
}

/** What a person should look at: prices that nobody knows, findings, standbys that cannot be relied upon. */
export function actingLines({ missingPrices, findings, standbys }: Report, sentence: number): readonly string[] {
  const [first, ...others] = missingPrices;
  const more = others.length > 0 ? ` and ${others.length.toLocaleString('en-US')} more` : '';
  return [
    ...(first === undefined ? [] : [`No price is known for ${named(first)}${more}: what that cost is in no sum.`]),
    ...findings.map((finding) => shown(finding, sentence)),
    ...standbys.map((standby) => shown(standby, sentence)),
  ];
}
