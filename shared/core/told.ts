import { type Instant, later } from '../model/instant.ts';
import type { Told } from '../model/lending.ts';
import { textHash } from './text-hash.ts';

/** What stands for longer is told again. */
const AGAIN_MS = 24 * 3_600_000;

/**
 * Of what a pass has to tell, what was not told lately: passes come every few seconds while tasks are lent.
 * @returns `told`: to be kept for the next pass
 */
export function untold(notes: readonly string[], before: Told = {}, now: Instant) {
  const recent = Object.entries(before).filter(([, at]) => now < later(at, AGAIN_MS));
  const known = new Set(recent.map(([hash]) => hash));
  const news = notes.filter((note) => !known.has(textHash(note)));
  const told: Told = Object.fromEntries([...recent, ...news.map((note) => [textHash(note), now] as const)]);
  return { news, told };
}

/** Without what is no longer so: should it be so again, it is news. */
export function stillSo(told: Told, notes: readonly string[]): Told {
  const now = new Set(notes.map(textHash));
  return Object.fromEntries(Object.entries(told).filter(([hash]) => now.has(hash)));
}
