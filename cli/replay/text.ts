import type { Outcome } from './measures.ts';
import type { ReplaySetting } from './setting.ts';

export type Outcomes = {
  /** undefined: only the run without spotkeeper was asked for */
  readonly kept: Outcome | undefined;
  readonly alone: Outcome;
};

/** What a replay comes to, in plain words. */
export function replayText(setting: ReplaySetting, outcomes: Outcomes): readonly string[] {
  return [
    ...assumptions(setting),
    '',
    ...verdict(outcomes),
    '',
    'availability: share of time with all tasks running, after the first ten minutes',
    `cost: relative to ${setting.target} On-Demand instances over the whole time; ${prices(setting, outcomes)}`,
  ];
}

function assumptions({ traces, region, target, otherRegions }: ReplaySetting): readonly string[] {
  const { pools, lengthMs, ticks, type } = traces;
  const longer = pools.filter((pool) => pool.ticks > ticks).map(({ zone }) => zone);
  return [
    `${target} tasks, one on each Spot Instance (${type}), in ${region}: ${pools.map(({ zone }) => zone).join(', ')}`,
    `${(lengthMs / 86_400_000).toFixed(1)} days of measured capacity, ${lengthMs / 1000 / ticks} s a tick`,
    ...(longer.length > 0 ? [`The shortest file ends the replay: ${longer.join(', ')} would go on.`] : []),
    ...(otherRegions.length > 0
      ? [`Left out: ${otherRegions.join(', ')}, because a service lives in one Region (--region).`]
      : []),
  ];
}

const rows: readonly (readonly [string, (outcome: Outcome) => string])[] = [
  ['availability', ({ availability }) => `${(availability * 100).toFixed(2)} %`],
  ['cost, relative to On-Demand', ({ cost }) => cost.toFixed(3)],
  ['instances that EC2 took back', ({ interruptions }) => grouped(interruptions)],
  ['launches refused', ({ launchesRefused }) => grouped(launchesRefused)],
  ['hours of instances', ({ instanceHours }) => grouped(Math.round(instanceHours))],
];

function verdict({ kept, alone }: Outcomes): readonly string[] {
  const shown = kept && !isSame(kept, alone) ? [kept, alone] : [kept ?? alone];
  const heads = shown.length === 2 ? ['with spotkeeper', 'without'] : [kept ? 'with and without' : 'without'];
  return [['The same capacity', ...heads], ...rows.map(([label, of]) => [label, ...shown.map(of)])].map(
    ([label = '', ...cells]) => label.padEnd(36) + cells.map((cell) => cell.padStart(18)).join(''),
  );
}

const isSame = (one: Outcome, other: Outcome): boolean => rows.every(([, of]) => of(one) === of(other));

function prices({ spotRatio }: ReplaySetting, { kept, alone }: Outcomes): string {
  if (spotRatio !== undefined) return `Spot at ${spotRatio} of the On-Demand price, as asked`;
  const paid = (kept ?? alone).spotRatio;
  const average = paid === undefined ? '' : `, ${paid.toFixed(2)} of On-Demand on average`;
  return `Spot at the prices of the simulated market${average} (traces have none; --spot-ratio fixes it)`;
}

const grouped = (count: number): string => count.toLocaleString('en-US');
