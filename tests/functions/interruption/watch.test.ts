import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Wanted } from '../../../functions/interruption/decide/remember.ts';
import { decideWatches, isDue, isLate, type Passed } from '../../../functions/interruption/decide/watch.ts';
import { later } from '../../../shared/model/instant.ts';
import type { Watch } from '../../../shared/model/records.ts';
import { ACCOUNT, aContext, actionsOf, at, aWatch, CLUSTER, clusterArn, taskArn } from '../../given.ts';

type Given = {
  readonly watches?: readonly Watch[];
  readonly wanted?: readonly Wanted[];
  readonly passed?: readonly Passed[];
};

/** What a decision at second 0 leads to. */
function watching({ watches = [], wanted = [], passed = [] }: Given) {
  const plan = decideWatches(watches, { wanted, passed }, { account: ACCOUNT, context: aContext(at(0)) });
  return { plan, guards: plan.guards, wakes: actionsOf(plan, 'wake') };
}

const wantedIn = (seconds: number, cluster = CLUSTER): Wanted => ({
  cluster,
  at: at(seconds),
  for: [`wanted-${seconds}`],
});

const passedUntil = (seconds: number | undefined, changes: Partial<Passed> = {}): Passed => ({
  cluster: CLUSTER,
  next: seconds === undefined ? undefined : at(seconds),
  stops: 3,
  stopping: [],
  after: undefined,
  closes: false,
  for: ['wake-up'],
  ...changes,
});

describe('a chain of passes', () => {
  test('begins with a guarded write and a wake-up under it', () => {
    const { guards, wakes } = watching({ wanted: [wantedIn(1)] });
    const next = aWatch({ at: at(1), version: 1, by: 'wanted-1', expiresAt: at(86_401) });
    expect(guards).toMatchObject([{ name: CLUSTER, for: ['wanted-1'], expected: 'absent', next }]);
    expect(wakes).toMatchObject([{ under: CLUSTER, watch: CLUSTER, at: at(1), account: ACCOUNT, for: ['wanted-1'] }]);
  });

  test('is one for each cluster, at the earliest moment that anyone wants', () => {
    const { guards, wakes } = watching({ wanted: [wantedIn(9), wantedIn(4), wantedIn(7, clusterArn('other'))] });
    expect(guards.map(({ name, next }) => [name, (next as Watch).at])).toEqual([
      [clusterArn('other'), at(7)],
      [CLUSTER, at(4)],
    ]);
    expect(guards[1]?.for).toEqual(['wanted-9', 'wanted-4']);
    expect(wakes).toHaveLength(2);
  });

  test('that is planned soon enough is left as it is', () => {
    for (const planned of [4, 6, 8]) {
      expect(watching({ watches: [aWatch({ at: at(planned) })], wanted: [wantedIn(4)] }).guards).toEqual([]);
    }
  });

  test('whose pass is so near that it may read before this notice is written down is followed by another', () => {
    const { guards } = watching({ watches: [aWatch({ at: at(3.9) })], wanted: [wantedIn(4)] });
    expect(guards).toMatchObject([{ expected: 1, next: { at: at(4), version: 2 } }]);
  });

  test('that is planned too late is brought forward, and keeps what it counts on', () => {
    const stopping = [taskArn()];
    const watch = aWatch({ at: at(60), version: 7, stops: 12, after: 'i-7', stopping });
    const { guards, wakes } = watching({ watches: [watch], wanted: [wantedIn(4)] });
    expect(guards).toMatchObject([{ expected: 7, next: { at: at(4), version: 8, stops: 12, after: 'i-7', stopping } }]);
    expect(wakes).toMatchObject([{ at: at(4) }]);
  });

  test('whose wake-up was lost begins again', () => {
    const { guards } = watching({ watches: [aWatch({ at: at(-20), version: 3 })], wanted: [wantedIn(1)] });
    expect(guards).toMatchObject([{ expected: 3, next: { at: at(1), version: 4 } }]);
  });

  test('goes on after a pass, with what the pass counts on', () => {
    const watch = aWatch({ at: at(0), version: 2, stops: 9 });
    const { guards, wakes } = watching({ watches: [watch], passed: [passedUntil(5, { after: 'i-2' })] });
    expect(guards).toMatchObject([
      { expected: 2, for: ['wake-up'], next: { at: at(5), stops: 3, after: 'i-2', version: 3 } },
    ]);
    expect(wakes).toMatchObject([{ at: at(5) }]);
  });

  test('goes on at the earlier of what the pass needs and what a new notice wants', () => {
    const given = { watches: [aWatch({ at: at(0) })], passed: [passedUntil(30)], wanted: [wantedIn(1)] };
    expect(watching(given).guards).toMatchObject([{ next: { at: at(1) }, for: ['wake-up', 'wanted-1'] }]);
  });

  test('ends after a pass with nothing left to do, by a record that expires at once', () => {
    const { guards, wakes } = watching({
      watches: [aWatch({ at: at(0) })],
      passed: [passedUntil(undefined, { stops: 0 })],
    });
    expect(guards).toMatchObject([{ expected: 1, next: { version: 2, stops: 0, expiresAt: at(1) } }]);
    expect(wakes).toEqual([]);
  });

  test('that ends while something is closed is looked at once more, should the closing be cut short', () => {
    const { guards } = watching({
      watches: [aWatch({ at: at(0) })],
      passed: [passedUntil(undefined, { closes: true })],
    });
    expect(guards).toMatchObject([{ next: { at: at(0), version: 2, expiresAt: at(180) } }]);
    expect(isDue(aWatch({ at: at(0) }), at(30))).toBe(true);
  });

  test('waits no longer than ten minutes for a wake-up; the tick sees to what is due later', () => {
    expect(watching({ wanted: [wantedIn(600)] }).wakes).toHaveLength(1);
    const { guards, wakes } = watching({ wanted: [wantedIn(601)] });
    expect(guards).toMatchObject([{ next: { at: at(601) } }]);
    expect(wakes).toEqual([]);
  });

  test('that another process moved is left to it after a pass, but looked at again for a notice', () => {
    const watches = [aWatch({ at: at(0) })];
    expect(watching({ watches, passed: [passedUntil(5)] }).guards).toMatchObject([{ whenLost: 'leave' }]);
    const guards = watching({ watches, passed: [passedUntil(5)], wanted: [wantedIn(1)] }).guards;
    expect(guards).toMatchObject([{ whenLost: 'observe again' }]);
  });

  test('costs nothing where nobody wants anything', () => {
    expect(watching({ watches: [aWatch()] }).plan).toEqual({ guards: [], steps: [], notes: [] });
  });

  test('always has a pass planned no later than what is wanted, but for a moment', () => {
    const planned = fc.option(fc.integer({ min: -100, max: 1_000 }), { nil: undefined });
    fc.assert(
      fc.property(planned, fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1 }), (seconds, wants) => {
        const watches = seconds === undefined ? [] : [aWatch({ at: at(seconds) })];
        const { guards } = watching({ watches, wanted: wants.map((want) => wantedIn(want)) });
        const due = (guards[0]?.next as Watch | undefined)?.at ?? watches[0]?.at ?? Number.POSITIVE_INFINITY;
        expect(due).toBeGreaterThan(at(0));
        expect(due).toBeLessThanOrEqual(at(Math.min(...wants) + 4));
      }),
    );
  });
});

describe('a wake-up', () => {
  test('may come half a second early, as queues count whole seconds', () => {
    const watch = aWatch({ at: at(10) });
    expect(isDue(watch, later(at(10), -501))).toBe(false);
    expect(isDue(watch, later(at(10), -500))).toBe(true);
  });

  test('counts as lost a quarter of a minute after its pass was due', () => {
    const watch = aWatch({ at: at(10) });
    expect(isLate(watch, later(at(25), -1))).toBe(false);
    expect(isLate(watch, at(25))).toBe(true);
  });
});
