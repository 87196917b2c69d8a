import type { Draw } from './draw.ts';

/** The hook that spotkeeper answers unless told otherwise. */
export const SCALE_IN_HOOK = 'spotkeeper-drain';

export const ZONES = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];

/** minimum healthy and maximum percent */
const PERCENTS = [
  [100, 200],
  [50, 200],
  [50, 100],
  [100, 150],
  [0, 100],
  [100, 100],
] as const;

/** The percents of a service. */
export function drawPercents(draw: Draw): { readonly minimumHealthyPercent: number; readonly maximumPercent: number } {
  const [minimumHealthyPercent, maximumPercent] = draw.pick('percents', PERCENTS);
  return { minimumHealthyPercent, maximumPercent };
}
