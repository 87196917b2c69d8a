/** Three groups of a usual account: six types each that differ in generation and maker, three zones, all Spot. */
export type MonthGroup = { readonly name: string; readonly desired: number; readonly own: readonly string[] };

export const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] as const;

const sixOf = (letter: string, size: string): readonly string[] =>
  ['5', '5a', '6i', '6a', '7i', '7a'].map((generation) => `${letter}${generation}.${size}`);

export const monthGroups: readonly MonthGroup[] = [
  { name: 'small', desired: 12, own: sixOf('m', 'large') },
  { name: 'middle', desired: 30, own: sixOf('c', 'xlarge') },
  { name: 'large', desired: 60, own: sixOf('r', 'xlarge') },
];
