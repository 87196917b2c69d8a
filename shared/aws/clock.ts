import { type Instant, instant } from '../model/instant.ts';

/** The edge to real time and chance: the one file of the functions that may touch them. */

export const systemNow = (): Instant => instant(Date.now());

export const systemRandom = (): number => Math.random();

/** Waits `ms` milliseconds of real time. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
