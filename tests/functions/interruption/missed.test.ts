import { describe, expect, test } from 'vitest';
import { decideCalledOff } from '../../../functions/interruption/decide/called-off.ts';
import { decideMissed, type MissedView } from '../../../functions/interruption/decide/missed.ts';
import { emptyPlan } from '../../../shared/plan/action.ts';
import {
  aContext,
  actionsOf,
  aDoomed,
  anInstance,
  aPlace,
  at,
  CLUSTER,
  instanceId,
  POOL,
  REGION,
  recordsOf,
} from '../../given.ts';

const reclaimed = (n = 1) => ({ instance: anInstance({}, n), place: aPlace(n) });
const missed = (view: Partial<MissedView>, now = at(0)) =>
  decideMissed({ reclaimed: [reclaimed()], known: [], for: ['tick'], ...view }, aContext(now, { coolOffMinutes: 10 }));

describe('an instance that EC2 took back without a notice', () => {
  test('is reported as a missed warning, and its pool cools off', () => {
    const plan = missed({});
    expect(recordsOf(plan).slice(1)).toEqual([
      {
        is: 'interruption',
        region: REGION,
        instanceId: instanceId(),
        cluster: CLUSTER,
        cause: 'missed',
        noticedAt: at(0),
        drainedAt: undefined,
        goneAt: at(0),
        pool: POOL,
        stoppedByScheduler: undefined,
        stoppedBySpotkeeper: undefined,
        killed: undefined,
        other: undefined,
        expiresAt: at(90 * 86_400),
      },
      { is: 'cool-off', region: REGION, pool: POOL, noticedAt: at(0), expiresAt: at(600) },
    ]);
    expect(actionsOf(plan, 'remember')).toMatchObject([{ for: ['tick'] }]);
    expect(plan.notes).toEqual([`missed warning: ${instanceId()} ended by Spot reclaim without a notice`]);
  });

  test('is reported once: what it leaves behind is known from then on', () => {
    const known = recordsOf(missed({})).filter((one) => one.is === 'doomed');
    expect(known).toMatchObject([{ closedAt: at(0), expiresAt: at(7_200) }]);
    expect(missed({ known }, at(60))).toEqual(emptyPlan);
  });

  test('is not one that we know the notice of', () => {
    expect(missed({ known: [aDoomed()] })).toEqual(emptyPlan);
    const plan = missed({ reclaimed: [reclaimed(1), reclaimed(2)], known: [aDoomed()] });
    expect(plan.notes).toEqual([`missed warning: ${instanceId(2)} ended by Spot reclaim without a notice`]);
  });
});

describe('maintenance that AWS closes', () => {
  test('dooms its instance no longer, and is remembered past its deadline: nobody takes it for news', () => {
    const waiting = aDoomed({ cause: 'maintenance', deadline: at(86_400) });
    const plan = decideCalledOff({ open: [waiting], for: ['closed'] }, aContext(at(10)));
    expect(recordsOf(plan)).toEqual([{ ...waiting, closedAt: at(10), expiresAt: at(86_400 + 3_600) }]);
    expect(plan.notes).toEqual([]);
  });

  test('names an instance that is DRAINING already, and leaves it so', () => {
    const plan = decideCalledOff({ open: [aDoomed({ drainedAt: at(5) })], for: ['closed'] }, aContext(at(10)));
    expect(plan.notes).toMatchObject([expect.stringContaining(`${instanceId()} is closed; they are DRAINING already`)]);
    expect(plan.steps.flat().map((action) => action.do)).toEqual(['remember']);
  });

  test('of an instance that we do not know is nothing', () => {
    expect(decideCalledOff({ open: [], for: ['closed'] }, aContext())).toEqual(emptyPlan);
  });
});
