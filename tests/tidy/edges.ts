/** The files that may touch real time, timers or chance, each with what it may use and why. */
export const edges: readonly { readonly file: string; readonly uses: readonly string[]; readonly why: string }[] = [
  {
    file: 'shared/aws/clock.ts',
    uses: ['Date.now', 'Math.random', 'setTimeout'],
    why: 'the one place where a function gets time and chance',
  },
  { file: 'sim/clock.ts', uses: ['setImmediate'], why: 'lets every microtask finish before virtual time moves on' },
  {
    file: 'sim/http.ts',
    uses: ['performance.now', 'setTimeout'],
    why: 'lets virtual time keep step with real time while the account is served over HTTP',
  },
  {
    file: 'cli/stopwatch.ts',
    uses: ['performance.now'],
    why: 'says how much wall time simulated time takes',
  },
  {
    file: 'cli/snapshot.ts',
    uses: ['randomUUID'],
    why: 'the key of pseudonyms, when none is given, is known to nobody',
  },
  {
    file: 'scripts/packaged.mjs',
    uses: ['Date.now', 'setTimeout'],
    why: 'waits for another process that is packaging, and gives up on a dead one',
  },
];
