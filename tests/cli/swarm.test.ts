import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { openSeed, playOut, playSeed, type SeedReport } from '../../cli/swarm/play.ts';
import { timelineOf } from '../../cli/swarm/tell.ts';
import { playInWorkers } from '../../cli/swarm/workers.ts';
import { swarmCommand } from '../../cli/swarm.ts';

async function reportsOf(seeds: AsyncIterable<SeedReport>): Promise<SeedReport[]> {
  const reports: SeedReport[] = [];
  for await (const report of seeds) reports.push(report);
  return reports;
}

const SEEDS = 150;

describe('a swarm', () => {
  it('plays seeds 1 to 150, in which spotkeeper keeps all its promises', { timeout: 240_000 }, async () => {
    const reports = await reportsOf(playInWorkers({ from: 1, count: SEEDS, workers: 2 }));
    const broken = reports.flatMap(({ seed, violations }) => violations.map((one) => `seed ${seed}: ${one}`));
    expect(broken).toEqual([]);
    expect(reports.map(({ seed }) => seed)).toEqual(Array.from({ length: SEEDS }, (_, index) => index + 1));
    // They are worth playing: most have instances taken back and something going wrong.
    expect(reports.filter(({ interrupted }) => interrupted > 0).length).toBeGreaterThan(SEEDS * 0.9);
    expect(reports.filter(({ faults }) => faults > 0).length).toBeGreaterThan(SEEDS * 0.5);
    expect(reports.filter(({ faults }) => faults === 0).length).toBeGreaterThan(SEEDS * 0.1);
    // Some are played with failover, and in most of those tasks are lent.
    const withFailover = reports.filter(({ failover }) => failover);
    expect(withFailover.length).toBeGreaterThan(SEEDS * 0.1);
    expect(withFailover.filter(({ lent }) => lent > 0).length).toBeGreaterThan(withFailover.length * 0.4);
  });

  it('has the same timeline for the same seed: again, and in threads that play at the same time', async () => {
    const alone = await playSeed(5);
    const again = await playSeed(5);
    const threads = await reportsOf(playInWorkers({ from: 4, count: 3, workers: 3 }));
    expect(again).toEqual(alone);
    expect(threads[1]).toEqual(alone);
    expect(threads[0]?.digest).not.toBe(alone.digest);
  });
});

/** The command, with the threads or with reports that a test made. */
async function run(argv: readonly string[], play?: Parameters<typeof swarmCommand>[2]) {
  const said: string[] = [];
  const complained: string[] = [];
  const terminal = { print: (line: string) => said.push(line), complain: (line: string) => complained.push(line) };
  return { code: await swarmCommand(argv, { ...terminal, color: false }, play), said, complained };
}

describe('the timeline of a seed', () => {
  const SEED = 5;
  const timeline = async () => (await run(['--seed', String(SEED)])).said;

  it('is the same byte for byte when it is played again', async () => {
    const first = await timeline();
    expect(first.length).toBeGreaterThan(100);
    expect(await timeline()).toEqual(first);
  });

  it('is the same in threads that play at the same time', async () => {
    const inThread = (seed: number) =>
      new Promise<readonly string[]>((resolve, reject) => {
        const worker = new Worker(new URL('./timeline-worker.ts', import.meta.url), { workerData: seed });
        worker.once('message', resolve).once('error', reject);
      });
    const [told, again] = await Promise.all([inThread(SEED), inThread(SEED), inThread(SEED + 1)]);
    expect(told).toEqual(await timeline());
    expect(again).toEqual(told);
  });

  it('is the same whoever else listens and logs', async () => {
    const quiet = await openSeed(SEED);
    const { digest } = await playOut(quiet);
    const noisy = await openSeed(SEED);
    const log: string[] = [];
    noisy.account.onEvent((event) => log.push(JSON.stringify(event)));
    noisy.account.endpoint.onCall((call) => log.push(JSON.stringify(call)));
    noisy.account.clock.onStep(() => log.push(String(noisy.account.clock.now())));
    expect((await playOut(noisy)).digest).toBe(digest);
    expect(timelineOf(noisy)).toEqual(timelineOf(quiet));
    expect(log.length).toBeGreaterThan(1_000);
  });
});

describe('npm run swarm', () => {
  const report = (seed: number, violations: readonly string[]): SeedReport => ({
    seed,
    violations,
    simulatedSeconds: 640,
    events: 10,
    calls: 20,
    faults: 3,
    interrupted: 4,
    failover: false,
    rebalance: false,
    lent: 0,
    digest: '',
  });

  it('stops at the first seed with a broken promise, says which, and how to play it again', async () => {
    const played: number[] = [];
    const { code, said } = await run(['--seeds', '9', '--from', '7'], async function* () {
      for (const seed of [7, 8, 9]) {
        played.push(seed);
        yield report(seed, seed === 8 ? ['09:03:00.000 it broke', 'and more', 'and more still'] : []);
      }
    });
    expect(code).toBe(1);
    expect(played).toEqual([7, 8]);
    expect(said).toEqual([
      'seed 8: 09:03:00.000 it broke',
      'and 2 more broken promises after it',
      'Play it again: npm run swarm -- --seed 8',
    ]);
  });

  it('prints one line of JSON for each seed when asked', async () => {
    const { code, said } = await run(['--json'], async function* () {
      yield report(1, []);
      yield report(2, ['broken']);
    });
    expect(code).toBe(1);
    expect(said.map((line) => JSON.parse(line).seed)).toEqual([1, 2]);
  });

  it('says how many seeds were played, how long each was, and the pace', async () => {
    const { code, said } = await run(['--seeds', '2', '--from', '5', '--workers', '1']);
    expect(code).toBe(0);
    expect(said[0]).toBe('2 seeds of 640 simulated seconds on average: no promise was broken');
    expect(said.at(-1)).toMatch(/s of wall time: \d+ events and \d+ calls a second$/);
  });

  it('tells one seed in full', async () => {
    const { code, said } = await run(['--seed', '3']);
    expect(code).toBe(0);
    expect(said[0]).toMatch(/^seed 3 with failover; faults until 435 s/);
    expect(said.at(-1)).toBe('no promise was broken');
    expect(said.length).toBeGreaterThan(50);
  });

  it('says what is allowed when it is asked for something else', async () => {
    expect(await run(['--seeds', 'many'])).toMatchObject({
      code: 2,
      complained: ['--seeds is "many"; allowed: a whole number from 0 to 1000000'],
    });
  });
});
