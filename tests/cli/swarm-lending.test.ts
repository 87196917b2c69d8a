import { describe, expect, it } from 'vitest';
import { during, LendingTruth, lentTo } from '../../cli/swarm/lending-truth.ts';
import { openSeed, playSeed } from '../../cli/swarm/play.ts';
import { rungsWanted } from '../../cli/swarm/rungs-wanted.ts';

/** A seed with failover at its beginning, its services, and what its checkers hold for true. */
async function begun(seed = 3) {
  const opened = await openSeed(seed, { failover: true });
  const truth = new LendingTruth(opened);
  truth.look();
  const tracks = [...truth.tracks.values()];
  return { ...opened, truth, tracks };
}

describe('what the swarm holds for true of lending', () => {
  it('is that nothing is missing before anything has happened', async () => {
    const { tracks } = await begun();
    expect(tracks.length).toBeGreaterThan(1);
    for (const { main, samples } of tracks) {
      expect(samples.map(({ deficitLeast, open }) => [deficitLeast, open])).toEqual([[0, false]]);
      expect(lentTo(main)).toEqual({ desired: 0, healthy: 0 });
    }
  });

  it('is that the tasks of an instance under notice are missing, unless there is surely room for them', async () => {
    const { tracks, truth, region } = await begun();
    for (const { id, spot } of region.parts.fleet.instances.values()) if (spot) region.interrupt(id);
    truth.look();
    for (const { main, samples } of tracks) {
      const onSpot = [...main.tasks.values()].filter(({ instance }) => {
        const ec2 = region.parts.fleet.instances.get(instance?.ec2InstanceId ?? '');
        return ec2?.spot !== undefined;
      });
      expect(samples.at(-1)?.deficitMost).toBe(onSpot.length);
      expect(samples.at(-1)?.open).toBe(onSpot.length > 0);
    }
  });

  it('is asked for a time: what held at its beginning, and all that came', () => {
    const sample = (at: number) => ({
      at,
      desired: 1,
      underWay: 1,
      most: 2,
      deficitMost: 0,
      coming: 0,
      deficitLeast: 0,
      open: false,
    });
    const track = { main: {} as Parameters<typeof lentTo>[0], samples: [10, 20, 30, 40].map(sample) };
    expect(during(track, 25, 35).map(({ at }) => at)).toEqual([20, 30]);
    expect(during(track, 0, 15).map(({ at }) => at)).toEqual([10]);
  });

  it('takes the rungs from the nearest tag', async () => {
    const { tracks } = await begun();
    const [first] = tracks;
    if (!first) throw new Error('the seed has no service');
    first.main.tags = { 'spotkeeper:failover': 'fargate/on-demand' };
    expect(rungsWanted(first.main)).toEqual(['fargate', 'on-demand']);
    first.main.tags = { 'spotkeeper:failover': 'none' };
    expect(rungsWanted(first.main)).toEqual([]);
  });
});

describe('a seed with failover', () => {
  it('lends tasks, breaks no promise, and ends when nothing goes on any more', { timeout: 60_000 }, async () => {
    const report = await playSeed(3, { failover: true });
    expect(report.violations).toEqual([]);
    expect(report.lent).toBeGreaterThan(0);
    expect(report.simulatedSeconds).toBeGreaterThan(725);
  });
});
