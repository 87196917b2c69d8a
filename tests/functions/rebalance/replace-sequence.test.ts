import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostOpen } from '../../../functions/rebalance/decide/replace/begin.ts';
import type { ReplaceView } from '../../../functions/rebalance/decide/view.ts';
import { later } from '../../../shared/model/instant.ts';
import type { Plan } from '../../../shared/plan/action.ts';
import { begunBy, only, written } from './replace-given.ts';
import { type Minute, QUIET, type Start, World } from './replace-world.ts';

const MINUTE_MS = 60_000;
const RUNS = { numRuns: 150 };
const FEW = { numRuns: 60 };
/** Longer than the longest pause, and all replacements that follow it one after the other. */
const quiet: readonly Minute[] = Array.from({ length: 420 }, () => QUIET);

const anyStart = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  room: fc.integer({ min: 0, max: 2 }),
  slack: fc.integer({ min: 0, max: 2 }),
  share: fc.constantFrom(0, 0.34, 0.5, 1),
});

const who = (freq: number) => fc.option(fc.nat({ max: 20 }), { freq, nil: undefined });
const all = Number.POSITIVE_INFINITY;

const anyMinute = fc.record({
  advise: who(2),
  notice: who(6),
  dry: fc.boolean(),
  fits: fc.boolean(),
  performs: fc.constantFrom(0, 1, 2, all, all, all),
  forgets: fc.constant(false),
});
const anyMinutes = fc.array(anyMinute, { maxLength: 90 });
const forgetful = fc.array(anyMinute.chain((one) => fc.boolean().map((forgets) => ({ ...one, forgets }))));
const unbroken = fc.array(
  anyMinute.map((one) => ({ ...one, performs: all })),
  { maxLength: 90 },
);

/** Every call is answered, and somebody else raises the desired capacity now and then. */
const raising = fc.array(
  anyMinute.chain((one) =>
    fc.constantFrom(true, false, false, false).map((raises) => ({ ...one, raises, performs: all })),
  ),
  { maxLength: 90 },
);

type Look = (at: { readonly world: World; readonly view: ReplaceView; readonly plan: Plan }) => void;

/** Plays minute by minute. In each, a second pass has seen what the first one saw, and comes second to the guard. */
function play(start: Start, minutes: readonly Minute[], look: Look = () => {}): World {
  const world = new World(start);
  for (const minute of minutes) {
    if (minute.forgets) world.replacing = undefined;
    const seen = world.seen(minute.fits);
    const [plan, same] = [world.decided(seen), world.decided(seen)];
    look({ world, view: seen.view, plan });
    world.perform(plan, minute);
    expect(world.perform(same, minute)).toEqual([]);
    world.passes(minute);
  }
  return world;
}

const tagged = (world: World) => [...world.boxes.values()].filter(({ tag }) => tag !== undefined);

const inAnyHours = (look: Look, minutes: fc.Arbitrary<readonly Minute[]> = anyMinutes) =>
  fc.assert(
    fc.property(anyStart, minutes, (start, some) => {
      play(start, some, look);
    }),
    RUNS,
  );

describe('minute after minute, whatever EC2 takes and wherever we die', () => {
  test('when trouble ends nothing is left open, and the group is as large as it was', () => {
    fc.assert(
      fc.property(anyStart, anyMinutes, (start, minutes) => {
        const world = play(start, [...minutes, ...quiet]);
        expect(world.replacing?.open ?? []).toEqual([]);
        expect(world.members().map(({ status }) => status)).not.toContain('DRAINING');
        expect(tagged(world)).toEqual([]);
        expect(world.desired).toBe(start.size);
      }),
      RUNS,
    );
  });

  test('what somebody else asked for meanwhile is not taken back, be it one instance', () => {
    fc.assert(
      fc.property(anyStart, raising, (start, minutes) => {
        const world = play({ ...start, room: start.room + 2 }, [...minutes, ...quiet]);
        expect(world.replacing?.open ?? []).toEqual([]);
        expect(world.desired).toBe(start.size + world.raised);
      }),
      FEW,
    );
  });

  test('where records are lost too, no instance is forgotten outside its group', () => {
    fc.assert(
      fc.property(anyStart, forgetful, (start, minutes) => {
        expect(tagged(play(start, [...minutes, ...quiet]))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('no more are replaced at a time than the share allows, and none twice', () => {
    inAnyHours(({ view, plan }) => {
      if (begunBy(plan).length === 0) return;
      const open = written(plan).open.filter(({ way }) => way !== 'group');
      expect(open.length).toBeLessThanOrEqual(mostOpen(view));
      expect(new Set(open.map((one) => one.instanceId)).size).toBe(open.length);
    });
  });

  test('nothing younger than minAgeMinutes is replaced', () => {
    inAnyHours(({ world, plan }) => {
      for (const { instanceId } of begunBy(plan)) {
        const launchedAt = world.boxes.get(instanceId)?.launchedAt ?? world.now;
        expect(later(launchedAt, world.policy.minAgeMinutes * MINUTE_MS)).toBeLessThanOrEqual(world.now);
      }
    });
  });

  test('nothing is ended with tasks on it, but what left its group detachMinutes ago', () => {
    inAnyHours(({ world, plan }) => {
      for (const { instanceId, from } of only(plan, 'terminate')) {
        const { tasks = 0, tag = world.now } = world.boxes.get(instanceId) ?? {};
        const isOver = from === 'detached' && world.now >= later(tag, world.policy.detachMinutes * MINUTE_MS);
        if (!isOver) expect(tasks).toBe(0);
      }
    });
  });

  test('nothing leaves its group before it is written down and tagged', () => {
    inAnyHours(({ plan }) => {
      for (const { instanceId, under } of only(plan, 'detach')) {
        expect(under).toBe(plan.guards[0]?.name);
        expect(written(plan).open).toContainEqual(expect.objectContaining({ instanceId, way: 'detach' }));
        expect(plan.steps[0]).toContainEqual(expect.objectContaining({ do: 'mark-detached', instanceId }));
        expect(plan.steps[0]).not.toContainEqual(expect.objectContaining({ do: 'detach' }));
      }
    });
  });

  test('no detached instance lives longer than detachMinutes while passes run', () => {
    inAnyHours(({ world }) => {
      for (const { lifecycle, tag } of tagged(world))
        if (lifecycle === undefined)
          expect(world.now).toBeLessThanOrEqual(later(tag ?? world.now, world.policy.detachMinutes * MINUTE_MS));
    }, unbroken);
  });

  test('the desired capacity is changed by one call at a time where a call rests on it', () => {
    inAnyHours(({ plan }) => {
      if (only(plan, 'lower-desired').length === 0) return;
      const others = [...begunBy(plan), ...only(plan, 'reattach'), ...only(plan, 'terminate')];
      expect(others.filter((one) => one.do !== 'terminate' || one.from === 'group')).toEqual([]);
    });
  });
});

describe('found by chance once: the group is as large as it was', () => {
  const dead: Minute = { ...QUIET, fits: false, performs: 0 };
  const sizes = (start: Start, minutes: readonly Minute[]) => {
    const { desired, replacing } = play(start, [...minutes, ...quiet]);
    expect(replacing?.open ?? []).toEqual([]);
    return desired;
  };

  test('although we died between writing down that it is lowered and lowering it', () => {
    const start = { size: 5, room: 1, slack: 0, share: 0 };
    const launched = { ...dead, notice: 19, performs: all };
    expect(sizes(start, [{ ...dead, advise: 6 }, launched, dead, { ...dead, dry: true }, dead])).toBe(5);
  });

  test('although we died before one of two launches, also where the minimum would let it be smaller', () => {
    for (const slack of [0, 1]) {
      const start = { size: 2, room: 1, slack, share: 1 };
      const dying = [
        { ...dead, advise: 0 },
        { ...dead, advise: 1 },
      ];
      expect(sizes(start, dying)).toBe(2);
    }
  });

  test('although two were taken, and the same one would have gone for both', () => {
    const start = { size: 3, room: 2, slack: 0, share: 1 };
    const before = [
      { ...dead, advise: 0, notice: 0 },
      { ...dead, advise: 10 },
      { ...dead, advise: 3, dry: true },
    ];
    const taken = { ...dead, notice: 0 };
    expect(sizes(start, [...before, { ...taken, performs: 2 }, dead, taken])).toBe(3);
  });

  test('although we died before ending an instance, and EC2 took it', () => {
    const start = { size: 3, room: 1, slack: 0, share: 1 };
    const died = { ...dead, fits: true, notice: 0 };
    expect(sizes(start, [{ ...dead, advise: 0 }, QUIET, QUIET, QUIET, QUIET, died])).toBe(3);
  });

  test('although the successor was recommended against, too, and the old instance went by itself', () => {
    const start = { size: 1, room: 1, slack: 0, share: 1 };
    const launched = { ...dead, advise: 1, performs: 2 };
    expect(sizes(start, [{ ...dead, advise: 0 }, launched, { ...dead, notice: 0 }])).toBe(1);
  });
});
