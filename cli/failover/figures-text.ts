import type { BelowDesired, LendingFigures } from './figures.ts';

/** What lending came to, in plain words: one sentence for each figure. */
export function lendingText({ most, taskMinutes, firstLendSeconds, left, below }: LendingFigures): readonly string[] {
  const rungs = Object.entries(taskMinutes).filter(([, minutes]) => minutes > 0);
  return [
    ...(most === 0
      ? ['no task was lent']
      : [
          `${tasks(most)} lent at once at the most; ${rungs.map(([rung, minutes]) => `${grouped(minutes)} task-minutes on ${names[rung] ?? rung}`).join(', ')}`,
          ...(firstLendSeconds === undefined ? [] : [`the first one ${firstLendSeconds} s after the first notice`]),
          left === 0 ? 'all taken back at the end' : `${tasks(left)} still lent at the end`,
        ]),
    ...belowText(below),
  ];
}

/** Figures beside those of the same market without spotkeeper. */
export const lendingRows: readonly (readonly [label: string, of: (figures: LendingFigures) => number])[] = [
  ['services below their desired count', ({ below }) => below.length],
  ['seconds below, summed over services', ({ below }) => Math.round(sum(below))],
  ['tasks lent at once, at the most', ({ most }) => most],
];

const names: Readonly<Record<string, string>> = { 'fargate-spot': 'Fargate Spot', fargate: 'Fargate' };

const sum = (below: readonly BelowDesired[]): number => below.reduce((total, { seconds }) => total + seconds, 0);

function belowText(below: readonly BelowDesired[]): readonly string[] {
  const worst = [...below].sort((a, b) => b.seconds - a.seconds)[0];
  if (!worst) return ['no service was ever below its desired count of healthy tasks, lent ones counted'];
  const { service, seconds, least } = worst;
  return [
    `${below.length === 1 ? '1 service was' : `${below.length} services were`} below the desired count of healthy tasks, lent ones counted; ` +
      `the longest was ${service}, for ${seconds} s and down to ${least}`,
  ];
}

const grouped = (count: number): string => count.toLocaleString('en-US');
const tasks = (count: number): string => `${grouped(count)} task${count === 1 ? '' : 's'}`;
