import { expect, test } from 'vitest';
import { inOrder } from '../../../functions/failover/decide/in-order.ts';
import type { StandbyRung } from '../../../shared/model/lending.ts';
import type { Action } from '../../../shared/plan/action.ts';
import { REGION } from '../../given.ts';
import { aMain, aStandby, ladderOf } from './given.ts';

const change = (rung: StandbyRung, from: number, desired: number): Action => ({
  do: desired > from ? 'lend' : 'take-back',
  for: ['1'],
  region: REGION,
  because: 'a test',
  under: 'checkout',
  cluster: 'prod',
  main: 'checkout',
  standby: `checkout-${rung}`,
  rung,
  from,
  desired,
});

/** Fargate Spot has no room for two tasks, which go to Fargate, beside so many of the main service. */
function moved(running: number) {
  const main = aMain({ desired: 4, running, pending: 0, maximumPercent: 200 });
  const services = [main, aStandby('fargate-spot', { desired: 3 }), aStandby('fargate')];
  const actions = [change('fargate-spot', 3, 0), change('fargate', 0, 3)];
  return inOrder([{ ladder: ladderOf(services), decision: { actions } }]);
}

test('a rung is raised before another one is lowered where the maximum leaves room for both', () => {
  const { raised, lowered, raisedAfter } = moved(2);
  expect([raised.length, lowered.length, raisedAfter.length]).toEqual([1, 1, 0]);
});

test('a rung is lowered first where both together would exceed the maximum', () => {
  const { raised, lowered, raisedAfter } = moved(3);
  expect([raised.length, lowered.length, raisedAfter.length]).toEqual([0, 1, 1]);
});
