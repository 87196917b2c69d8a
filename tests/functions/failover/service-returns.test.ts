import { describe, expect, test } from 'vitest';
import { at, NOW } from '../../given.ts';
import { aNeed } from './given.ts';
import { aFailure, aLending, aState } from './given-records.ts';
import { type Case, decided, recordAfter } from './service-given.ts';

/** Two tasks are lent on Fargate Spot and one on Fargate; all were needed until NOW. */
const before = aLending({
  rungs: { 'fargate-spot': aState(2), fargate: aState(1) },
  deficit: 3,
  neededAt: NOW,
});
const given = (changes: Case): Case => ({ before, spot: [2], fargate: [1], ...changes });

describe('lent tasks that are not needed any more', () => {
  test('stay for the dwell, then go, with the numbers', () => {
    const need = aNeed(0, { why: 'desired 4, 4 kept: none is missing' });
    expect(decided(given({ need, seconds: 59 })).changes).toEqual([]);
    const { changes, because } = decided(given({ need, seconds: 60 }));
    expect(changes).toEqual(['take-back fargate-spot 2 -> 0', 'take-back fargate 1 -> 0']);
    expect(new Set(because)).toEqual(new Set(['desired 4, 4 kept: none is missing; 3 are lent']));
  });

  test('go down to what is still missing and no further, the dearest first', () => {
    expect(decided(given({ need: aNeed(2), seconds: 600 })).changes).toEqual(['take-back fargate 1 -> 0']);
    expect(decided(given({ need: aNeed(1), seconds: 600 })).changes).toEqual([
      'take-back fargate-spot 2 -> 1',
      'take-back fargate 1 -> 0',
    ]);
    expect(decided(given({ need: aNeed(3), seconds: 600 })).changes).toEqual([]);
    expect(decided(given({ need: aNeed(4, { most: 3 }), seconds: 600 })).changes).toEqual([]);
  });

  test('stay while a notice is open in the pools that carry the service', () => {
    expect(decided(given({ noticeOpen: true, seconds: 600 })).changes).toEqual([]);
  });

  test('are looked at again when the dwell is over', () => {
    expect(decided(given({ seconds: 10 })).at).toEqual(at(61));
  });
});

describe('the dwell', () => {
  test('counts from the last moment at which all that is lent was needed', () => {
    const again = recordAfter(given({ before: { ...before, neededAt: undefined }, need: aNeed(2), seconds: 30 }));
    expect(again.neededAt).toEqual(at(30));
    expect(recordAfter(given({ before: again, need: aNeed(2), seconds: 50 })).neededAt).toEqual(at(30));
    expect(recordAfter(given({ before: again, need: aNeed(3), seconds: 50 })).neededAt).toBeUndefined();
  });

  test('counts anew for what was needed until now, when the deficit falls further', () => {
    const again = recordAfter(given({ before: { ...before, neededAt: undefined }, need: aNeed(1), seconds: 30 }));
    const fallen = recordAfter(given({ before: again, need: aNeed(0), seconds: 50 }));
    expect(fallen.neededAt).toEqual(at(50));
    expect(decided(given({ before: fallen, need: aNeed(0), seconds: 109 })).changes).toEqual([]);
    expect(decided(given({ before: fallen, need: aNeed(0), seconds: 110 })).changes).toHaveLength(2);
  });

  test('never delays an increase', () => {
    const need = aNeed(4);
    expect(decided(given({ need, seconds: 5, told: aFailure(4) })).changes).toEqual(['lend fargate-spot 2 -> 3']);
  });

  test.each([
    [1, 60],
    [2, 120],
    [3, 240],
    [4, 480],
    [5, 600],
    [9, 600],
  ])('after %i lendings within an hour is %i s', (lendings, seconds) => {
    const began = Array.from({ length: lendings }, (_, n) => at(-n * 60));
    const flapping = given({ before: { ...before, began } });
    expect(decided({ ...flapping, seconds: seconds - 1 }).changes).toEqual([]);
    expect(decided({ ...flapping, seconds }).changes).toHaveLength(2);
  });

  test('of a policy without one still leaves replacements the time to become healthy', () => {
    const policy = { dwellMinutes: 0 };
    expect(decided(given({ policy, seconds: 44 })).changes).toEqual([]);
    expect(decided(given({ policy, seconds: 45 })).changes).toHaveLength(2);
  });
});

describe('behind a load balancer', () => {
  test('that serve although they were taken back already do not count as healthy', () => {
    // Two of the three on Fargate Spot are on their way out.
    const spot = [1, 3] as const;
    const taken = { ...before, rungs: { 'fargate-spot': aState(1), fargate: aState(1) } };
    expect(decided(given({ before: taken, spot, healthy: 6, seconds: 600 })).changes).toEqual([]);
    expect(decided(given({ before: taken, spot, healthy: 7, seconds: 600 })).changes).toEqual([
      'take-back fargate 1 -> 0',
    ]);
  });

  test('no more go than there are healthy targets above the desired count', () => {
    expect(decided(given({ healthy: 4, seconds: 600 })).changes).toEqual([]);
    expect(decided(given({ healthy: 6, seconds: 600 })).changes).toEqual([
      'take-back fargate-spot 2 -> 1',
      'take-back fargate 1 -> 0',
    ]);
    expect(decided(given({ healthy: 9, seconds: 600 })).changes).toEqual([
      'take-back fargate-spot 2 -> 0',
      'take-back fargate 1 -> 0',
    ]);
  });
});

describe('a service that may not have more than it desires', () => {
  const singleton = aLending({ rungs: { 'fargate-spot': aState(1) }, neededAt: undefined });
  const main = { desired: 1, running: 1, maximumPercent: 100 };

  test('is lent its one task as long as it is missing', () => {
    expect(decided({ before: singleton, main, spot: [1], need: aNeed(1, { most: 1 }) }).changes).toEqual([]);
  });

  test('gives it back at once when its own task starts, also while a notice is open', () => {
    const need = aNeed(0, { most: 0, why: 'desired 1, 1 kept: none is missing' });
    const { changes, because } = decided({ before: singleton, main, spot: [1], need, noticeOpen: true });
    expect(changes).toEqual(['take-back fargate-spot 1 -> 0']);
    expect(because).toEqual(['desired 1, 1 kept: none is missing; more than maximum 100 % would run']);
  });
});

describe('tasks that were asked of two rungs at once', () => {
  const asked = aState(2, { setAt: NOW, servedAt: undefined });
  const doubled = aLending({ rungs: { 'fargate-spot': asked, fargate: asked }, doubled: true, neededAt: NOW });
  const need = aNeed(2, { predicted: 2, displaced: 2 });

  test('stay both until enough of them serve', () => {
    const some = { before: doubled, need, noticeOpen: true, seconds: 50 } as const;
    expect(decided({ ...some, spot: [2, 1], fargate: [2, 0] }).changes).toEqual([]);
    expect(decided({ ...some, spot: [2, 2], fargate: [2, 0] }).changes).toEqual(['take-back fargate 2 -> 0']);
  });

  test('lose the surplus, not those that serve', () => {
    const { changes } = decided({
      before: doubled,
      need,
      noticeOpen: true,
      seconds: 50,
      spot: [2, 0],
      fargate: [2, 2],
    });
    expect(changes).toEqual(['take-back fargate-spot 2 -> 0']);
  });
});

test('growth while tasks are lent is told: a scale-out, not an interruption', () => {
  const { notes } = decided(given({ main: { desired: 9 }, need: aNeed(3) }));
  expect(notes).toEqual(['checkout grew from 4 to 9 tasks while lent: a scale-out, not an interruption']);
});

describe('a second run with what the first one wrote', () => {
  test('plans and writes nothing, when tasks were lent', () => {
    const need = aNeed(2, { predicted: 2, displaced: 2 });
    const first = recordAfter({ need, told: aFailure() });
    const second = recordAfter({ need, before: first, spot: [2, 0], seconds: 5 });
    expect(decided({ need, before: second, spot: [2, 0], seconds: 10 })).toMatchObject({
      changes: [],
      next: undefined,
    });
  });

  test('plans and writes nothing, while the dwell lasts and when all was given back', () => {
    const dwelling = recordAfter(given({ seconds: 10 }));
    expect(decided(given({ before: dwelling, seconds: 20 }))).toMatchObject({ changes: [], next: undefined });
    const returned = recordAfter(given({ before: dwelling, seconds: 70 }));
    const calm = recordAfter({ before: returned, seconds: 75 });
    expect(calm).toMatchObject({ since: undefined, desiredBefore: undefined, doubled: false });
    expect(decided({ before: calm, seconds: 80 })).toMatchObject({ changes: [], next: undefined, at: undefined });
  });

  test('repeats a call that was lost: the standby has not the count yet when it can be held back no longer', () => {
    const need = aNeed(2);
    const first = recordAfter({ need, told: aFailure() });
    expect(decided({ need, before: first, seconds: 5 }).changes).toEqual([]);
    expect(decided({ need, before: first, seconds: 20 }).changes).toEqual(['lend fargate-spot 0 -> 2']);
  });
});

describe('a standby that somebody emptied', () => {
  const emptied = aState(2, { odd: { desired: 0, since: at(-300) } });
  const record = aLending({ rungs: { 'fargate-spot': emptied, fargate: aState(0) }, since: undefined, deficit: 0 });
  const calm: Case = { before: record, spot: [0], fargate: [0], need: aNeed(0) };

  test('is as we want it once nothing is missing, so that its rung serves the next shortage', () => {
    expect(recordAfter(calm)?.rungs['fargate-spot']).toMatchObject({ want: 0, confirmed: true, odd: undefined });
  });

  test('is left as it is while tasks are missing', () => {
    const short: Case = { ...calm, need: aNeed(2), told: aFailure(), main: { running: 2 } };
    expect(decided(short).changes).toEqual(['lend fargate 0 -> 2']);
  });
});
