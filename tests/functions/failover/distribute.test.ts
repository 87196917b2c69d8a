import { describe, expect, test } from 'vitest';
import { distribute } from '../../../functions/failover/decide/distribute.ts';
import { budgetOf } from '../../../functions/failover/decide/limits.ts';
import type { RungNow } from '../../../functions/failover/decide/rungs.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Policy } from '../../../shared/policy.ts';
import { NOW } from '../../given.ts';
import { aFailoverCluster, aFamily, aRung, aView, ladderOf, lendingContext, lends } from './given.ts';

type Case = {
  readonly total: number;
  readonly most?: number;
  readonly spot?: RungNow;
  readonly fargate?: RungNow;
  readonly doubled?: boolean;
  readonly until?: Instant;
  readonly policy?: Partial<Policy>;
  readonly limits?: Parameters<typeof aView>[0];
};

/** What both rungs are to have, in a cluster that has what the rungs have. */
function shared({
  total,
  most = 100,
  spot = aRung('fargate-spot'),
  fargate = aRung('fargate'),
  doubled = false,
  until,
  policy,
  limits,
}: Case) {
  const [main] = aFamily();
  const services = main === undefined ? [] : [main, spot.standby, fargate.standby];
  const view = aView({ services, policy: lends(policy), ...limits });
  const budget = budgetOf(view, lendingContext());
  const ladder = ladderOf(services, view.policy);
  const { counts, ...rest } = distribute({ total, most, doubled, until, rungs: [spot, fargate], ladder }, budget);
  return { ...rest, spot: counts.get('fargate-spot'), fargate: counts.get('fargate'), left: budget.lent().tasks };
}

const dry = (rung: 'fargate-spot' | 'fargate', lent: number, running: number) =>
  aRung(rung, lent, { running, dry: true });

describe('more tasks', () => {
  test('go to the first rung of the ladder, whatever the order in which the standbys were listed', () => {
    expect(shared({ total: 3 })).toMatchObject({ spot: 3, fargate: 0, unmet: 0, bounds: [], doubled: false });
    expect(shared({ total: 3, policy: { failover: ['fargate', 'fargate-spot'] } })).toMatchObject({
      spot: 0,
      fargate: 3,
    });
  });

  test('that a rung does not launch in time go to the next one, and what none does is shared', () => {
    const soon = { most: 1_000, until: NOW, limits: { cluster: aFailoverCluster() } };
    expect(shared({ ...soon, total: 100 })).toMatchObject({ spot: 100, fargate: 0, unmet: 0 });
    expect(shared({ ...soon, total: 180 })).toMatchObject({ spot: 100, fargate: 80, unmet: 0 });
    expect(shared({ ...soon, total: 251 })).toMatchObject({ spot: 126, fargate: 125, unmet: 0 });
    expect(shared({ ...soon, total: 251, until: later(NOW, 5_000) })).toMatchObject({ spot: 200, fargate: 51 });
  });

  test('that come late all go to the only rung that has room', () => {
    const soon = { most: 1_000, until: NOW, total: 300 };
    expect(shared({ ...soon, fargate: dry('fargate', 0, 0) })).toMatchObject({ spot: 300, fargate: 0, unmet: 0 });
    expect(shared({ ...soon, policy: { failover: ['fargate'] } })).toMatchObject({ spot: 0, fargate: 300, unmet: 0 });
  });

  test('leave what a rung has where it is', () => {
    expect(shared({ total: 5, fargate: aRung('fargate', 2) })).toMatchObject({ spot: 3, fargate: 2, unmet: 0 });
  });

  test('that a dry rung did not bring up go to the next one; what it brought up it keeps', () => {
    expect(shared({ total: 4, spot: dry('fargate-spot', 4, 1) })).toMatchObject({ spot: 1, fargate: 3, unmet: 0 });
  });

  test('that no other rung takes stay with the dry one, which ECS goes on trying', () => {
    const spot = dry('fargate-spot', 4, 1);
    expect(shared({ total: 4, spot, fargate: dry('fargate', 0, 0) })).toMatchObject({
      spot: 4,
      fargate: 0,
      unmet: 0,
      bounds: ['fargate-spot is dry', 'fargate is dry'],
    });
    expect(shared({ total: 4, spot, fargate: aRung('fargate', 0, { left: true }) })).toMatchObject({
      spot: 4,
      fargate: 0,
    });
  });

  test('than all rungs together take are unmet, and what bounds them is said', () => {
    const both = { spot: dry('fargate-spot', 1, 1), fargate: dry('fargate', 2, 2) };
    expect(shared({ total: 5, ...both })).toMatchObject({
      spot: 1,
      fargate: 2,
      unmet: 2,
      bounds: ['fargate-spot is dry', 'fargate is dry'],
    });
    expect(shared({ total: 5, policy: { maxLentTasks: 3 } })).toMatchObject({
      spot: 3,
      unmet: 2,
      bounds: ['fargate-spot: maxLentTasks is 3', 'fargate: maxLentTasks is 3'],
    });
  });
});

describe('fewer tasks', () => {
  test('are taken from the dearest rung first, whatever the order of the ladder', () => {
    const both = { spot: aRung('fargate-spot', 3), fargate: aRung('fargate', 2) };
    expect(shared({ total: 4, ...both })).toMatchObject({ spot: 3, fargate: 1 });
    expect(shared({ total: 2, ...both })).toMatchObject({ spot: 2, fargate: 0 });
    const reversed = { failover: ['fargate', 'fargate-spot'] as const };
    expect(shared({ total: 4, ...both, policy: reversed })).toMatchObject({ spot: 3, fargate: 1 });
  });

  test('are those first that do not run yet: the ones that serve go last', () => {
    const both = { spot: aRung('fargate-spot', 3, { running: 1 }), fargate: aRung('fargate', 2) };
    expect(shared({ total: 3, ...both })).toMatchObject({ spot: 1, fargate: 2 });
    expect(shared({ total: 2, ...both })).toMatchObject({ spot: 1, fargate: 1 });
  });

  test('are room for others again', () => {
    const both = { spot: aRung('fargate-spot', 3), fargate: aRung('fargate', 2) };
    expect(shared({ total: 1, ...both })).toMatchObject({ left: 1, unmet: 0 });
  });
});

describe('a rung whose count somebody set by hand', () => {
  const byHand = { left: true, byHand: true };

  test('is left alone when more is wanted: the others bring it', () => {
    const fargate = aRung('fargate', 2, byHand);
    expect(shared({ total: 5, fargate })).toMatchObject({ spot: 3, fargate: 2, unmet: 0 });
    const spot = aRung('fargate-spot', 2, byHand);
    expect(shared({ total: 5, spot })).toMatchObject({
      spot: 2,
      fargate: 3,
      bounds: ['fargate-spot was changed by hand'],
    });
  });

  test('is left alone when less is wanted: only the others give back', () => {
    const fargate = aRung('fargate', 5, byHand);
    expect(shared({ total: 1, spot: aRung('fargate-spot', 2), fargate })).toMatchObject({ spot: 0, fargate: 5 });
  });

  test('keeps what it was given even if it did not bring it up', () => {
    const spot = aRung('fargate-spot', 5, { ...byHand, running: 0, dry: true });
    expect(shared({ total: 5, spot })).toMatchObject({ spot: 5, fargate: 0, unmet: 0 });
  });
});

describe('where starts take long', () => {
  test('both rungs are asked for the same tasks at once', () => {
    expect(shared({ total: 3, doubled: true })).toMatchObject({ spot: 3, fargate: 3, unmet: 0, doubled: true });
    expect(shared({ total: 5, spot: aRung('fargate-spot', 3), doubled: true })).toMatchObject({
      spot: 5,
      fargate: 2,
      doubled: true,
    });
  });

  test('the second one is asked only for what the maximum percent of the service leaves', () => {
    expect(shared({ total: 3, most: 5, doubled: true })).toMatchObject({ spot: 3, fargate: 2, doubled: true });
    expect(shared({ total: 3, most: 3, doubled: true })).toMatchObject({ spot: 3, fargate: 0, doubled: false });
  });

  test('the second one is not asked for the same tasks when it only has the rest of the first', () => {
    const quota = { quotas: { 'fargate-spot': 0.5, fargate: undefined } };
    expect(shared({ total: 3, doubled: true, limits: quota })).toMatchObject({ spot: 2, fargate: 1, doubled: false });
  });

  test('one is asked where there is no other', () => {
    expect(shared({ total: 3, spot: dry('fargate-spot', 0, 0), doubled: true })).toMatchObject({
      spot: 0,
      fargate: 3,
      doubled: false,
    });
  });
});

test('a service without standbys is told so', () => {
  const services = aFamily().slice(0, 1);
  const view = aView({ services });
  const ladder = ladderOf(services);
  const shares = distribute(
    { total: 2, most: 4, doubled: false, until: undefined, rungs: [], ladder },
    budgetOf(view, lendingContext()),
  );
  expect(shares).toEqual({ counts: new Map(), unmet: 2, bounds: ['it has no standby yet'], doubled: false });
});
