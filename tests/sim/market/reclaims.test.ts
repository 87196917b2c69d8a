import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seeded } from '../../../sim/market/seeded.ts';
import { constant, script } from '../../../sim/market/source.ts';
import { smallAccount } from '../small-account.ts';

const pool = { type: 'm6i.large', zone: 'eu-west-1a' };
const minute = 60_000;

const warnings = (world: ReturnType<typeof smallAccount>) =>
  world.eventsOf('EC2 Spot Instance Interruption Warning').map(({ at, detail }) => {
    return { at, id: (detail as { 'instance-id': string })['instance-id'] };
  });

describe('a pool that holds less than runs in it', () => {
  test('gives the surplus its notice at that instant and takes it two minutes later', async () => {
    const world = smallAccount();
    world.region.setCapacity(
      pool,
      script([
        { atMs: 0, capacity: 10 },
        { atMs: 30 * minute, capacity: 6 },
      ]),
    );
    const instances = Array.from({ length: 10 }, () => world.region.addInstance(pool));
    await world.runTo(30 * 60);
    expect(warnings(world)).toHaveLength(4);
    await world.runTo(32 * 60);
    expect(instances.filter(({ state }) => state === 'running')).toHaveLength(6);
    expect(instances.filter(({ spot }) => spot?.statusCode === 'instance-terminated-no-capacity')).toHaveLength(4);
  });

  test('takes the same instances whatever else happens in the account', async () => {
    const run = async (busy: boolean) => {
      const world = smallAccount();
      world.region.setCapacity(
        pool,
        script([
          { atMs: 0, capacity: 10 },
          { atMs: 30 * minute, capacity: 4 },
        ]),
      );
      for (let n = 0; n < 10; n += 1) world.region.addInstance(pool);
      if (busy) {
        for (let n = 0; n < 5; n += 1)
          world.region.addInstance({ type: 'c5.large', zone: 'eu-west-1b', booting: true });
        world.region.interruptPool({ type: 'c5.large', zone: 'eu-west-1b', overMs: 5_000 });
      }
      await world.runTo(30 * 60);
      return warnings(world);
    };
    const busy = await run(true);
    expect(await run(false)).toEqual(busy.filter(({ id }) => Number.parseInt(id.slice(4), 16) <= 10));
  });

  test('recommends to rebalance before some notices, with some, and without others', async () => {
    const world = smallAccount();
    world.region.setCapacity(
      pool,
      script([
        { atMs: 0, capacity: 200 },
        { atMs: 60 * minute, capacity: 0 },
      ]),
    );
    for (let n = 0; n < 200; n += 1) world.region.addInstance(pool);
    await world.runTo(60 * 60);
    const recommended = new Map(
      world
        .eventsOf('EC2 Instance Rebalance Recommendation')
        .map(({ at, detail }) => [(detail as { 'instance-id': string })['instance-id'], at]),
    );
    const leads = warnings(world).map(({ id, at }) => at - (recommended.get(id) ?? Number.NaN));
    expect(leads).toHaveLength(200);
    expect(leads.filter(Number.isNaN).length).toBeGreaterThan(30);
    expect(leads.filter((lead) => lead === 0).length).toBeGreaterThan(20);
    const early = leads.filter((lead) => lead > 0);
    expect(early.length).toBeGreaterThan(60);
    for (const lead of early) {
      expect(lead).toBeGreaterThanOrEqual(2 * minute);
      expect(lead).toBeLessThanOrEqual(20 * minute);
    }
  });

  test('is short at once when a person gives it another capacity', () => {
    const world = smallAccount();
    for (let n = 0; n < 5; n += 1) world.region.addInstance(pool);
    world.region.setCapacity(pool, constant(2));
    expect(warnings(world)).toHaveLength(3);
    expect(world.region.parts.fleet.available(pool)).toBe(false);
    world.region.setCapacity(pool, constant(3));
    expect(world.region.parts.fleet.market.headroom(pool)).toBe(1);
  });

  test('is not watched when nothing runs in it: time without instances costs nothing', async () => {
    const world = smallAccount({ market: (random) => seeded(random, { dropsPerDay: 48 }) });
    world.region.parts.fleet.market.price(pool);
    await world.account.clock.run();
    expect(world.seconds()).toBe(0);
  });
});

describe('at any instant', () => {
  test('no pool has more Spot Instances without notice than it can hold', async () => {
    const steps = fc.array(fc.record({ gap: fc.integer({ min: 1, max: 900 }), capacity: fc.nat(12) }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 1_000 }), async (drawn, seed) => {
        const world = smallAccount({ seed });
        let atMs = -1_000;
        const source = script(
          drawn.map(({ gap, capacity }) => {
            atMs += gap * 1_000;
            return { atMs, capacity };
          }),
        );
        world.region.setCapacity(pool, source);
        const { fleet } = world.region.parts;
        for (let second = 0; second < atMs / 1_000 + 300; second += 97) {
          await world.runTo(second);
          while (fleet.available(pool)) world.region.addInstance({ ...pool, booting: true });
          const held = [...fleet.instances.values()].filter(
            ({ state, reclaimAt }) => (state === 'pending' || state === 'running') && reclaimAt === undefined,
          );
          expect(held.length).toBe(source.at(second * 1_000).capacity);
        }
      }),
      { numRuns: 30 },
    );
  });
});
