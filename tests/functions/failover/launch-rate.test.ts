import { describe, expect, test } from 'vitest';
import { lateOn, launchesLeft, queuesOf } from '../../../functions/failover/decide/launch-rate.ts';
import { budgetOf } from '../../../functions/failover/decide/limits.ts';
import { at, NOW } from '../../given.ts';
import { aFamily, aView, ladderOf, lendingContext } from './given.ts';
import { aLending, aState } from './given-records.ts';

/** Checkout was lent 90 tasks on Fargate Spot three seconds ago; none of them runs. */
const view = aView({
  services: aFamily(),
  lendings: new Map([
    [
      'checkout',
      aLending({ rungs: { 'fargate-spot': aState(90, { setAt: at(-3), confirmed: false, servedAt: undefined }) } }),
    ],
  ]),
});

describe('what a rung launches in time', () => {
  test('is a burst of 100 and 20 a second, less what was asked for already', () => {
    const queues = queuesOf(view, NOW);
    expect(queues).toEqual({ 'fargate-spot': { asked: 90, since: at(-3) }, fargate: { asked: 0, since: NOW } });
    expect(launchesLeft(queues['fargate-spot'], at(7))).toBe(100 + 200 - 90);
    expect(launchesLeft(queues.fargate, at(-60))).toBe(100);
  });

  test('does not count wishes of long ago', () => {
    const old = aView({
      services: aFamily(),
      lendings: new Map([['checkout', aLending({ rungs: { 'fargate-spot': aState(9) } })]]),
    });
    expect(queuesOf(old, NOW)['fargate-spot']).toEqual({ asked: 0, since: NOW });
  });

  test('bounds a rung only where a time is given, and counts what is taken and given back', () => {
    const budget = budgetOf(view, lendingContext());
    const ladder = ladderOf();
    expect(budget.take(ladder, 'fargate', 130, NOW)).toEqual({ granted: 100, bound: 'its launch rate' });
    expect(budget.take(ladder, 'fargate', 30)).toEqual({ granted: 30, bound: undefined });
    budget.give(ladder, 'fargate', 10);
    expect(budget.queue('fargate')).toEqual({ asked: 120, since: NOW });
  });
});

test('the plan says how many serve after the deadline, and how many even start after it', () => {
  const told = (asked: number) => lateOn('fargate-spot', { asked, since: NOW }, { deadline: at(120), startMs: 60_000 });
  expect(told(1_300)).toEqual([]);
  expect(told(1_520)).toEqual([
    '220 of 1520 tasks on fargate-spot serve after the deadline, 0 start after it: Fargate starts 100 at once and 20 a second, and a task takes 60 s to serve',
  ]);
  expect(told(2_600)).toEqual([
    expect.stringContaining('1300 of 2600 tasks on fargate-spot serve after the deadline, 100 start after it'),
  ]);
});
