import { standbyRungs } from '../../shared/model/lending.ts';
import { spans } from './figures.ts';
import { type LendingLog, type LendingSample, type MainLog, sumOf } from './lending-log.ts';

/** Nothing is lent for longer than this when nothing is missing: the longest dwell with the ticks around it. */
const STRANDED_MS = 13 * 60_000;

/** What lending must never come to, in every story. @param to when the story ended, virtual epoch milliseconds */
export const lendingViolations = (log: LendingLog, to: number): readonly string[] => [
  ...lentTooMuch(log),
  ...[...log.values()].flatMap((one) => stranded(one, to)),
];

/** Each time that a service was lent more than was missing, or about to be, and one more; or more than its maximum. */
export const lentTooMuch = (log: LendingLog): readonly string[] => [...log.values()].flatMap(raises);

/** Each time that more was lent: within the maximum of the service, and within what was missing. */
function raises({ main, samples }: MainLog): readonly string[] {
  return samples.flatMap((sample, index) => {
    if (sample.safe === undefined) return [];
    const before = samples[index - 1];
    const most = Math.max(sample.desired, Math.floor((sample.desired * main.maximumPercent) / 100));
    const all = sample.wanted + sumOf(sample.lent);
    return [
      ...(all > most ? [`${at(sample)} ${main.name} was lent up to ${all} tasks in all; its maximum is ${most}`] : []),
      ...beyondDeficit(main.name, { ...sample, safe: sample.safe }, before),
    ];
  });
}

/** A rung that was raised makes up, with the lent tasks that serve on the others, for what is missing and one more. */
function beyondDeficit(name: string, sample: LendingSample & { safe: number }, before: LendingSample | undefined) {
  const missing = Math.max(0, sample.desired - sample.safe);
  return standbyRungs.flatMap((rung) => {
    if (sample.lent[rung] <= (before?.lent[rung] ?? 0)) return [];
    const others = standbyRungs.filter((other) => other !== rung);
    const serving = others.reduce((sum, other) => sum + sample.lentHealthy[other], 0);
    const lent = sample.lent[rung] + serving;
    return lent > missing + 1
      ? [`${at(sample)} ${name} misses ${missing} tasks and was lent ${lent}, of them ${sample.lent[rung]} on ${rung}`]
      : [];
  });
}

/** A service that runs its desired count by itself gets its lent tasks taken back. */
function stranded({ main, samples }: MainLog, to: number): readonly string[] {
  let since: number | undefined;
  for (const { sample, until } of spans(samples, to)) {
    const isStranded = sumOf(sample.lent) > 0 && sample.healthy >= sample.desired;
    since = isStranded ? (since ?? sample.at) : undefined;
    if (since !== undefined && until - since > STRANDED_MS)
      return [`${main.name} has had all its tasks since ${time(since)} and is still lent ${sumOf(sample.lent)}`];
  }
  return [];
}

const time = (at: number): string => new Date(at).toISOString();
const at = (sample: LendingSample): string => `at ${time(sample.at)}`;
