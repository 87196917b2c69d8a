import { describe, expect, it } from 'vitest';
import { playSeed, type SeedReport } from '../../cli/swarm/play.ts';
import { playInWorkers } from '../../cli/swarm/workers.ts';
import { swarmCommand } from '../../cli/swarm.ts';

async function reportsOf(seeds: AsyncIterable<SeedReport>): Promise<SeedReport[]> {
  const reports: SeedReport[] = [];
  for await (const report of seeds) reports.push(report);
  return reports;
}

const SEEDS = 200;

describe('a swarm', () => {
  it('plays seeds 1 to 200, in which spotkeeper keeps all its promises', { timeout: 180_000 }, async () => {
    const reports = await reportsOf(playInWorkers({ from: 1, count: SEEDS, workers: 2 }));
    const broken = reports.flatMap(({ seed, violations }) => violations.map((one) => `seed ${seed}: ${one}`));
    expect(broken).toEqual([]);
    expect(reports.map(({ seed }) => seed)).toEqual(Array.from({ length: SEEDS }, (_, index) => index + 1));
    // They are worth playing: most have instances taken back and something going wrong.
    expect(reports.filter(({ interrupted }) => interrupted > 0).length).toBeGreaterThan(SEEDS * 0.9);
    expect(reports.filter(({ faults }) => faults > 0).length).toBeGreaterThan(SEEDS * 0.5);
    expect(reports.filter(({ faults }) => faults === 0).length).toBeGreaterThan(SEEDS * 0.1);
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

describe('npm run swarm', () => {
  const run = async (...argv: string[]) => {
    const said: string[] = [];
    const complained: string[] = [];
    const terminal = { print: (line: string) => said.push(line), complain: (line: string) => complained.push(line) };
    return { code: await swarmCommand(argv, { ...terminal, color: false }), said, complained };
  };

  it('says how many seeds were played, how long each was, and the pace', async () => {
    const { code, said } = await run('--seeds', '2', '--from', '3', '--workers', '1');
    expect(code).toBe(0);
    expect(said[0]).toBe('2 seeds of 640 simulated seconds each: no promise was broken');
    expect(said.at(-1)).toMatch(/s of wall time: \d+ events and \d+ calls a second$/);
  });

  it('tells one seed in full', async () => {
    const { code, said } = await run('--seed', '3');
    expect(code).toBe(0);
    expect(said[0]).toMatch(/^seed 3; faults until 305 s/);
    expect(said.at(-1)).toBe('no promise was broken');
    expect(said.length).toBeGreaterThan(50);
  });

  it('says what is allowed when it is asked for something else', async () => {
    expect(await run('--seeds', 'many')).toMatchObject({
      code: 2,
      complained: ['--seeds is "many"; allowed: a whole number from 0 to 1000000'],
    });
  });
});
