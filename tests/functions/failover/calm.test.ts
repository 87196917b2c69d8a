import { expect, test } from 'vitest';
import { flowLab } from './flow-lab.ts';

const MOST_CALLS = 60;

/** Ticks, a minute apart: the calls of each, and all that was told. */
async function ticks(world: ReturnType<typeof flowLab>, many: number) {
  const calls: number[] = [];
  const notes: string[] = [];
  for (let tick = 0; tick < many; tick += 1) {
    const taken = await world.take([world.tick()], { seconds: 60 });
    calls.push(taken.calls.length);
    notes.push(...taken.plans.flatMap((plan) => plan.notes));
  }
  return { calls, notes };
}

test(`100 services are made ready, each thing once; from then on a tick takes at most ${MOST_CALLS} calls`, async () => {
  const world = flowLab();
  const { cluster } = world.cluster({ services: 100, instances: 50 });
  const first = await ticks(world, 20);
  expect(cluster.services.size).toBe(300);
  expect(world.calls('CreateService')).toEqual(Array(200).fill('ok'));
  expect(world.calls('RegisterTaskDefinition')).toEqual(Array(100).fill('ok'));
  // Each has one caution: it has neither a role nor a log driver.
  expect([first.notes.length, new Set(first.notes).size]).toEqual([100, 100]);
  const calm = await ticks(world, 5);
  expect(Math.max(...calm.calls)).toBeLessThanOrEqual(35);
  // What was found is looked at again after an hour: a few services on each tick.
  await world.account.clock.run(world.account.clock.now() + 2_400_000);
  const again = await ticks(world, 15);
  expect(Math.max(...again.calls)).toBeGreaterThan(35);
  expect(Math.max(...again.calls)).toBeLessThanOrEqual(MOST_CALLS);
  expect([...calm.notes, ...again.notes]).toEqual([]);
});
