import { describe, expect, test } from 'vitest';
import { type ClosedSeen, closedPlan, isToCount, isToFile } from '../../../functions/report/decide/closed.ts';
import type { Incident } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { LedgerEntry } from '../../../shared/model/ledger.ts';
import { aContext, actionsOf, at } from '../../given.ts';
import { anEntry, anIncident, aServiceLine } from './report-given.ts';

const MINUTE = 60;
const HOUR = 3600;
const asked = { for: ['tick'], by: 'a run' };
const lent = [{ service: 'web', since: at(60), until: at(20 * MINUTE), most: { 'fargate-spot': 5 }, why: '' }];
const over = anIncident({ lent, lentCost: 26, closedAt: at(30 * MINUTE), told: ['begun', 'lent', 'back', 'over'] });
const line = (cost: number) => aServiceLine({ capacity: 'fargate-spot', lent: true, cost });
const reading = (from: number, to: number, given: Partial<LedgerEntry> = {}): LedgerEntry =>
  anEntry(at(0), { from: at(from * MINUTE), to: at(to * MINUTE), services: [aServiceLine(), line(12)], ...given });

const planOf = (given: Partial<ClosedSeen> = {}, now: Instant = at(45 * MINUTE)) =>
  closedPlan(
    { incident: over, entries: [reading(0, 15), reading(15, 30)], others: [], ...given },
    asked,
    aContext(now),
  );
const next = (given: Partial<ClosedSeen>): Incident | undefined => planOf(given).guards[0]?.next as Incident;

describe('the cost of an incident that is over', () => {
  test('is what the ledger says, once the ledger has counted its time', () => {
    expect(next({})).toMatchObject({ lentCost: 24, countedAt: at(45 * MINUTE), version: 2, by: 'a run' });
    expect(planOf().guards[0]).toMatchObject({ expected: 1, whenLost: 'leave' });
  });

  test('leaves out what was lent at other times and in other clusters', () => {
    const others = [reading(30, 45), reading(-15, 0), reading(0, 15, { cluster: 'another' })];
    expect(next({ entries: [reading(0, 15), reading(15, 30), ...others] })?.lentCost).toBe(24);
  });

  test.each<[string, Partial<ClosedSeen>]>([
    ['is not counted yet', { entries: undefined }],
    ['holds nothing that was lent, as in observe mode', { entries: [reading(0, 30, { services: [] })] }],
    ['begins later', { entries: [reading(15, 30)] }],
    ['has a gap', { entries: [reading(0, 30, { gapMs: 60_000 })] }],
    ['knows no price of it', { entries: [reading(0, 30, { services: [{ ...line(3), unpriced: 60 }] })] }],
    [
      'counted another incident in the same reading',
      { entries: [reading(0, 45)], others: [anIncident({ openedAt: at(40 * MINUTE), lent })] },
    ],
  ])('stays an estimate where the ledger %s', (_, given) => {
    expect(planOf(given).guards).toEqual([]);
  });

  test('is asked for once, for three hours', () => {
    expect(isToCount(over, at(HOUR))).toBe(true);
    expect(isToCount({ ...over, countedAt: at(HOUR) }, at(HOUR))).toBe(false);
    expect(isToCount({ ...over, closedAt: undefined }, at(HOUR))).toBe(false);
    expect(isToCount({ ...over, lent: [] }, at(HOUR))).toBe(false);
    expect(isToCount(over, at(4 * HOUR))).toBe(false);
  });
});

test('a day after its end an incident is filed: whoever dies between the two writes is followed by another', () => {
  const late = later(at(30 * MINUTE), 24 * HOUR * 1000);
  expect(isToFile(over, late)).toBe(true);
  expect(isToFile(over, later(late, -1))).toBe(false);
  const plan = planOf({}, late);
  // With the same version and writer a copy that is there already counts as won.
  expect(plan.guards).toMatchObject([{ expected: 'absent', next: { ...over, filed: true } }]);
  expect(actionsOf(plan, 'forget')).toMatchObject([{ under: plan.guards[0]?.name, records: [over] }]);
});
