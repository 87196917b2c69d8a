import type { CallRule, EventRule } from '../../sim/faults/plan.ts';
import type { Terminal } from '../terminal.ts';
import { type OpenSeed, openSeed, type PlayOptions, playOut } from './play.ts';

/** Plays one seed and prints all that happened in it. @returns the exit code: 1 when a promise was broken */
export async function tellSeed(
  seed: number,
  { print }: Terminal,
  options: Pick<PlayOptions, 'failover' | 'rebalance'> = {},
): Promise<number> {
  const opened = await openSeed(seed, options);
  const { violations } = await playOut(opened);
  for (const line of beginning(opened)) print(line);
  print('');
  for (const line of timelineOf(opened)) print(line);
  print('');
  if (violations.length === 0) print('no promise was broken');
  for (const violation of violations) print(`BROKEN: ${violation}`);
  return violations.length > 0 ? 1 : 0;
}

function beginning({ seed, settings, failover, rebalance, phases, plan, region }: OpenSeed): readonly string[] {
  const rules = [...(plan.calls ?? []), ...(plan.events ?? [])].map(ruleLine);
  const clusters = [...region.parts.ecs.state.clusters.values()];
  return [
    `seed ${seed}${failover ? ' with failover' : ''}${rebalance ? ' with rebalance and report' : ''}; faults until ${phases.calmMs / 1000} s`,
    `settings: ${Object.entries(settings).map((pair) => pair.join('='))}`,
    `faults: ${rules.join(', ') || 'none'}`,
    ...clusters.map(({ name, services }) => `cluster ${name}: ${[...services.keys()].join(', ')}`),
  ];
}

/** What happened, went wrong and was said in a seed, in the order of virtual time: one line each. */
export function timelineOf({ account, startMs, byHand, faults, installation }: OpenSeed): readonly string[] {
  const told = [
    ...account.journal.entries.map(({ at, text }) => ({ at, line: text })),
    ...faults.happened.map((one) => ({ at: one.at, line: `FAULT ${one.kind}: ${one.target}` })),
    ...byHand.map(({ at, target }) => ({ at, line: `BY HAND ${target}` })),
    ...installation.transcript.lines.map(({ at, level, message, fields, process }) => ({
      at,
      line: `${process} ${level}: ${message} ${JSON.stringify(fields)}`,
    })),
  ].sort((a, b) => a.at - b.at);
  return told.map(({ at, line }) => `${((at - startMs) / 1000).toFixed(3).padStart(8)} ${line}`);
}

const ruleLine = ({ fault, rate, fromMs = 0, toMs = 0, ...rule }: CallRule | EventRule): string => {
  const what = [fault, ...('service' in rule ? [rule.service] : []), ...('source' in rule ? [rule.source] : [])];
  const when = rate === undefined ? `from ${fromMs / 1000} to ${toMs / 1000} s` : `${(100 * rate).toFixed(1)} %`;
  return `${what.join(' of ')}${'effect' in rule ? ' after the effect' : ''} ${when}`;
};
