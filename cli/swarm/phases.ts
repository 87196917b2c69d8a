/** When the phases of a seed begin, virtual milliseconds from the account's start. */
export const PHASES = {
  /** the first tick has filled the map; things begin to happen, and to go wrong */
  safetyMs: 65_000,
  /** no fault begins any more, and what happens is only a last clean notice */
  calmMs: 305_000,
  lastNoticeMs: 400_000,
  /** all that happened is over, and no tick comes any more */
  lastTickMs: 605_000,
  endMs: 640_000,
} as const;
