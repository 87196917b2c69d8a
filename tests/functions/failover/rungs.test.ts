import { describe, expect, test } from 'vitest';
import { type Look, rungNow, wanting } from '../../../functions/failover/decide/rungs.ts';
import { later } from '../../../shared/model/instant.ts';
import type { RungState } from '../../../shared/model/lending.ts';
import { at, NOW } from '../../given.ts';
import { aStandby } from './given.ts';
import { aState } from './given-records.ts';

type Seen = { readonly desired: number; readonly running?: number };

/** The rung so many seconds after its wish was written, or after whatever `state` says. */
function seen({ desired, running = desired }: Seen, state: RungState | undefined, look: Partial<Look> = {}) {
  const standby = aStandby('fargate-spot', { desired, running });
  const usual: Look = {
    now: NOW,
    observes: false,
    rungSeconds: 75,
    refused: undefined,
    failed: undefined,
    undone: false,
  };
  return rungNow({ rung: 'fargate-spot', standby, state }, { ...usual, ...look });
}

const wished = (want: number) => wanting(aState(0), want, NOW);

describe('a wish', () => {
  test('is not taken for carried out before the standby was seen with that count', () => {
    const { state, byHand, lent } = seen({ desired: 0 }, wished(3), { now: at(300) });
    expect([state.confirmed, byHand, lent]).toEqual([false, false, 0]);
  });

  test('is carried out when the standby has the count, and serves when all its tasks run', () => {
    expect(seen({ desired: 3, running: 1 }, wished(3), { now: at(10) }).state).toMatchObject({
      confirmed: true,
      servedAt: undefined,
    });
    expect(seen({ desired: 3 }, wished(3), { now: at(55) }).state).toMatchObject({ servedAt: at(55) });
  });

  test('that served once keeps its moment though a task is replaced later', () => {
    const { state } = seen({ desired: 3, running: 2 }, aState(3, { servedAt: at(55) }), { now: at(90) });
    expect(state.servedAt).toEqual(at(55));
  });

  test('for none never counts as served', () => {
    expect(seen({ desired: 0 }, wished(0), { now: at(10) }).state).toMatchObject({
      confirmed: true,
      servedAt: undefined,
    });
  });
});

describe('a count that somebody else gave a standby', () => {
  test('may have been read too early for a minute: it is left, and the higher count is what is lent', () => {
    const more = seen({ desired: 7 }, aState(2));
    expect(more).toMatchObject({ left: true, byHand: false, lent: 7, state: { odd: { desired: 7, since: NOW } } });
    expect(seen({ desired: 7 }, more.state, { now: at(59) })).toMatchObject({ left: true, byHand: false });
    expect(seen({ desired: 0 }, aState(2))).toMatchObject({ left: true, byHand: false, lent: 2 });
  });

  test('is by hand after a minute', () => {
    const { state } = seen({ desired: 7 }, aState(2));
    expect(seen({ desired: 7 }, state, { now: at(60) })).toMatchObject({ left: true, byHand: true, lent: 7 });
    const less = seen({ desired: 0 }, aState(2)).state;
    expect(seen({ desired: 0 }, less, { now: at(60) })).toMatchObject({ byHand: true, lent: 0 });
  });

  test('counts from its last change', () => {
    const { state } = seen({ desired: 7 }, aState(2));
    const again = seen({ desired: 8 }, state, { now: at(50) });
    expect(again.state.odd).toEqual({ desired: 8, since: at(50) });
    expect(seen({ desired: 8 }, again.state, { now: at(100) }).byHand).toBe(false);
    expect(seen({ desired: 8 }, again.state, { now: at(110) }).byHand).toBe(true);
  });

  test('is forgotten when the standby has our count again', () => {
    const { state } = seen({ desired: 7 }, aState(2));
    const back = seen({ desired: 2 }, state, { now: at(200) });
    expect([back.left, back.byHand, back.state.odd]).toEqual([false, false, undefined]);
  });
});

describe('a count that somebody gave a standby before ours was seen', () => {
  test('is left and by hand after a minute, as any other', () => {
    const { state, ...first } = seen({ desired: 1 }, wished(3), { now: at(5) });
    expect([first.left, first.byHand, first.lent, state.confirmed]).toEqual([true, false, 3, false]);
    expect(seen({ desired: 1 }, state, { now: at(64) })).toMatchObject({ left: true, byHand: false, lent: 3 });
    expect(seen({ desired: 1 }, state, { now: at(65) })).toMatchObject({ left: true, byHand: true, lent: 1 });
  });

  test('counts in full when it is higher than ours', () => {
    expect(seen({ desired: 7 }, wished(3), { now: at(5) })).toMatchObject({ left: true, lent: 7 });
  });

  test('is not taken for one when it is the count from before our wish, which may have been read too early', () => {
    for (const seconds of [5, 19, 20, 300])
      expect(seen({ desired: 0 }, wished(3), { now: at(seconds) })).toMatchObject({ left: false, byHand: false });
  });

  test('is taken for one when tasks show that ours was carried out in between, and stays one', () => {
    const { state, left } = seen({ desired: 0 }, wished(3), { now: at(20), undone: true });
    expect([left, state.odd]).toEqual([true, { desired: 0, since: at(20) }]);
    expect(seen({ desired: 0 }, state, { now: at(80) })).toMatchObject({ left: true, byHand: true, lent: 0 });
  });

  test('nor when it is an earlier wish of ours, that was never seen carried out either', () => {
    const third = wanting(wanting(wished(2), 4, at(5)), 5, at(10));
    for (const desired of [0, 2, 4])
      expect(seen({ desired }, third, { now: at(15) })).toMatchObject({ left: false, byHand: false, lent: 5 });
    expect(seen({ desired: 3 }, third, { now: at(15) }).left).toBe(true);
  });

  test('is any but our last one once that was seen', () => {
    const { state } = seen({ desired: 2 }, wished(2), { now: at(5) });
    const next = wanting(state, 4, at(10));
    expect(seen({ desired: 2 }, next, { now: at(15) }).left).toBe(false);
    expect(seen({ desired: 0 }, next, { now: at(15) }).left).toBe(true);
  });

  test('is not known of a record that does not say what was before', () => {
    const { earlier: _, ...old } = wished(3);
    expect(seen({ desired: 1 }, old, { now: at(5) }).left).toBe(false);
  });
});

describe('why a task could not start', () => {
  const failed = 'CannotPullContainerError: not found';
  const first = () => seen({ desired: 3, running: 0 }, wished(3), { now: at(60), failed }).state;

  test('is kept, and the first reason stands', () => {
    expect(first().failed).toBe(failed);
    const again = { now: at(65), failed: 'CannotPullContainerError: 10.0.0.7 does not answer' };
    expect(seen({ desired: 3, running: 0 }, first(), again).state.failed).toBe(failed);
  });

  test('stays with what a dry rung keeps, and is forgotten when a wish has long run whole', () => {
    const kept = wanting(first(), 1, at(80));
    expect(seen({ desired: 1 }, kept, { now: at(100) }).state.failed).toBe(failed);
    expect(seen({ desired: 1 }, kept, { now: at(829) }).state.failed).toBe(failed);
    expect(seen({ desired: 1 }, kept, { now: at(830) }).state.failed).toBeUndefined();
  });

  test('is nothing to tell of a rung that lacks no task', () => {
    expect(seen({ desired: 3 }, wished(3), { now: at(60), failed }).state.failed).toBeUndefined();
  });
});

describe('a rung is dry', () => {
  test('for three minutes once it did not bring its tasks up in time', () => {
    expect(seen({ desired: 3, running: 2 }, wished(3), { now: at(74) }).dry).toBe(false);
    const late = seen({ desired: 3, running: 2 }, wished(3), { now: at(75) });
    expect(late).toMatchObject({
      dry: true,
      state: { dryUntil: at(75 + 180), why: 'brought up 2 of 3 within 75 s' },
    });
  });

  test('as soon as Fargate refuses a task of it', () => {
    const refused = { at: at(4), text: 'Capacity is unavailable at this time' };
    expect(seen({ desired: 3, running: 0 }, wished(3), { now: at(5), refused })).toMatchObject({
      dry: true,
      state: { dryUntil: at(4 + 180), why: 'Capacity is unavailable at this time' },
    });
  });

  test('but not for a refusal that is older than the wish, or that no task is missing of', () => {
    const old = { at: at(-1), text: 'Capacity is unavailable at this time' };
    expect(seen({ desired: 3, running: 0 }, wished(3), { now: at(5), refused: old }).dry).toBe(false);
    expect(seen({ desired: 3 }, wished(3), { now: at(5), refused: { ...old, at: at(4) } }).dry).toBe(false);
  });

  test('no longer than that: then it may be asked again', () => {
    const { state } = seen({ desired: 3, running: 2 }, wished(3), { now: at(75) });
    const less = wanting(state, 2, at(80));
    expect(seen({ desired: 2 }, less, { now: at(254) }).dry).toBe(true);
    expect(seen({ desired: 2 }, less, { now: at(255) }).dry).toBe(false);
  });

  test('never for a service that is not asked for anything', () => {
    expect(seen({ desired: 0 }, wished(0), { now: at(3_600) }).dry).toBe(false);
  });
});

describe('in observe mode', () => {
  const observes = true;

  test('a rung has what would have been given to it', () => {
    expect(seen({ desired: 0 }, wished(3), { observes, now: at(10) })).toMatchObject({
      lent: 3,
      running: 3,
      byHand: false,
      dry: false,
      state: { confirmed: true },
    });
  });

  test('what act mode left behind is there all the same', () => {
    expect(seen({ desired: 5 }, wished(3), { observes }).lent).toBe(5);
  });

  test('it is never dry by time, as nobody asked it', () => {
    expect(seen({ desired: 0 }, wished(3), { observes, now: at(600) }).dry).toBe(false);
  });
});

test('a standby with tasks that no record tells of is taken over: the record expired while they were lent', () => {
  expect(seen({ desired: 4, running: 3 }, undefined)).toMatchObject({
    lent: 4,
    byHand: false,
    dry: false,
    state: { want: 4, confirmed: true, setAt: NOW },
  });
});

describe('tasks that start', () => {
  const starting = (running: number, pending: number, look: Partial<Look>) => {
    const standby = aStandby('fargate-spot', { desired: 5, running, pending });
    const state = { ...wished(5), confirmed: true };
    return rungNow(
      { rung: 'fargate-spot', standby, state },
      { now: NOW, observes: false, rungSeconds: 75, refused: undefined, failed: undefined, undone: false, ...look },
    );
  };

  test('stay where they are when the rung has taken on too few in time', () => {
    expect(starting(1, 3, { now: at(75) })).toMatchObject({ dry: true, running: 1, taken: 4 });
    expect(starting(1, 4, { now: at(75) })).toMatchObject({ dry: false });
  });

  test('count no more when they have not started within ten times the rung’s seconds', () => {
    expect(starting(1, 4, { now: at(750) })).toMatchObject({ dry: true, taken: 1 });
  });
});

test('a refusal of the second in which the wish was made is one of this wish: events bear whole seconds', () => {
  const wish = { ...wanting(aState(0), 2, later(NOW, 840)), confirmed: true };
  const refused = { at: NOW, text: 'Capacity is unavailable' };
  expect(seen({ desired: 2, running: 0 }, wish, { now: at(3), refused }).dry).toBe(true);
  expect(seen({ desired: 2, running: 0 }, wish, { now: at(3), refused: { ...refused, at: at(-1) } }).dry).toBe(false);
});

test('a wish that our pacing may still hold back counts as carried out', () => {
  expect(seen({ desired: 0 }, wished(3), { now: at(19) }).lent).toBe(3);
  expect(seen({ desired: 0 }, wished(3), { now: at(20) }).lent).toBe(0);
  const back = wanting(aState(3), 0, NOW);
  expect(seen({ desired: 3 }, back, { now: at(19) }).lent).toBe(0);
  expect(seen({ desired: 3 }, back, { now: at(20) }).lent).toBe(3);
});
