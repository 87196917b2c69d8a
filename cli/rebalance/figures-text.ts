import type { RebalanceLog } from './watch.ts';

/** What rebalance did, in plain words: one sentence for each figure. */
export function rebalanceText({ changes, replaced, atOnce }: RebalanceLog): readonly string[] {
  return [
    changes.length === 0
      ? 'no group was given other instance types'
      : `${times(changes.length)} a group was given other instance types, ${changes.at(-1)?.types.length} at last`,
    ...(replaced.length === 0
      ? ['no instance was replaced']
      : [
          `${counted(replaced.length, 'instance')} replaced and ended empty, ${Math.max(0, ...atOnce.map(({ most }) => most))} at once at the most`,
          `the youngest was ${Math.floor(Math.min(...replaced.map(({ ageMs }) => ageMs)) / 60_000)} minutes old`,
        ]),
  ];
}

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
