import { availableParallelism } from 'node:os';
import { optionValues, UsageError, wholeNumber } from './command-line.ts';
import { toldHelp } from './help.ts';
import { stopwatch } from './stopwatch.ts';
import type { SeedReport } from './swarm/play.ts';
import { tellSeed } from './swarm/tell.ts';
import { playInWorkers } from './swarm/workers.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const options = {
  seeds: { type: 'string', default: '200' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  workers: { type: 'string' },
  failover: { type: 'boolean', default: false },
  rebalance: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

const ALLOWED = '--seeds N, --from S, --seed S, --workers N, --failover, --rebalance, --json';
const PURPOSE = 'Plays accounts, stories and faults that are drawn from seeds, and stops at the first broken promise.';
const MOST_SEEDS = 1_000_000;
const MOST_SEED = 2 ** 32 - 1;

/**
 * `npm run swarm`: plays accounts, workloads, stories and faults that are drawn from seeds, and stops at the first one in
 * which spotkeeper (or the simulator) breaks a promise. `--seed S` plays one and tells all that happened;
 * `--failover` plays all of them with failover, which a seed else draws; `--rebalance` with rebalance and report, in other
 * accounts and stories.
 * @param play plays many seeds; default in worker threads
 * @returns the exit code: 0, 1 when a promise was broken, 2 when the command line is not understood
 */
export async function swarmCommand(
  argv: readonly string[],
  terminal: Terminal,
  play: typeof playInWorkers = playInWorkers,
): Promise<number> {
  if (toldHelp(argv, terminal, { purpose: PURPOSE, allowed: ALLOWED })) return 0;
  try {
    const asked = optionValues(argv, options, ALLOWED);
    const chosen = { ...(asked.failover && { failover: true }), ...(asked.rebalance && { rebalance: true }) };
    if (asked.seed !== undefined) return await tellSeed(wholeNumber('seed', asked.seed, MOST_SEED), terminal, chosen);
    const count = wholeNumber('seeds', asked.seeds, MOST_SEEDS);
    const from = wholeNumber('from', asked.from, MOST_SEED);
    const workers = wholeNumber('workers', asked.workers ?? String(availableParallelism()), 64);
    if (count === 0 || workers === 0) throw new UsageError('--seeds and --workers are at least 1');
    return await tellAll(play({ from, count, workers, ...chosen }), { terminal, json: asked.json });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.complain(error.message);
    return 2;
  }
}

async function tellAll(
  reports: AsyncIterable<SeedReport>,
  { terminal, json }: { terminal: Terminal; json: boolean },
): Promise<number> {
  const seconds = stopwatch();
  const total = { seeds: 0, seconds: 0, events: 0, calls: 0, faults: 0, interrupted: 0, borrowers: 0, lent: 0 };
  for await (const report of reports) {
    const { violations, simulatedSeconds, events, calls, faults, interrupted, lent } = report;
    total.seeds += 1;
    total.seconds += simulatedSeconds;
    total.events += events;
    total.calls += calls;
    total.faults += faults;
    total.interrupted += interrupted;
    total.borrowers += lent > 0 ? 1 : 0;
    total.lent += lent;
    if (json) terminal.print(JSON.stringify(report));
    if (violations.length === 0) continue;
    if (!json) for (const line of failure(report)) terminal.print(line);
    return 1;
  }
  if (!json) for (const line of summary(total, seconds())) terminal.print(line);
  return 0;
}

const failure = ({ seed, failover, rebalance, violations: [first = '', ...more] }: SeedReport): readonly string[] => [
  `seed ${seed}: ${first}`,
  ...(more.length > 0 ? [`and ${more.length} more broken promises after it`] : []),
  `Play it again: npm run swarm -- --seed ${seed}${failover ? ' --failover' : ''}${rebalance ? ' --rebalance' : ''}`,
];

type Total = Readonly<
  Record<'seeds' | 'seconds' | 'events' | 'calls' | 'faults' | 'interrupted' | 'borrowers' | 'lent', number>
>;

const summary = (total: Total, seconds: number): readonly string[] => [
  `${total.seeds} seeds of ${Math.round(total.seconds / total.seeds)} simulated seconds on average: no promise was broken`,
  `${total.interrupted} instances taken back, ${total.faults} faults, ${total.lent} tasks lent in ${total.borrowers} seeds`,
  `${seconds.toFixed(1)} s of wall time: ${perSecond(total.events, seconds)} events and ${perSecond(total.calls, seconds)} calls a second`,
];

const perSecond = (count: number, seconds: number): number => Math.round(count / seconds);

if (import.meta.main) {
  process.exitCode = await swarmCommand(process.argv.slice(2), processTerminal());
}
