import { describe, expect, test } from 'vitest';
import type { AcceptedEvent } from '../../../functions/rebalance/decide/accepts.ts';
import { decideNotes } from '../../../functions/rebalance/decide/note.ts';
import type { RegionView } from '../../../functions/rebalance/decide/view.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { FailedLaunch } from '../../../shared/model/offerings.ts';
import type { Standing } from '../../../shared/model/rebalance-records.ts';
import type { CoolOff, StoredRecord } from '../../../shared/model/records.ts';
import { actionsIn } from '../../../shared/plan/action.ts';
import { ACCOUNT, aContext, at, instanceId, NOW, REGION } from '../../given.ts';
import { advised, aReplace, OWN_POOL, outOf, TYPES } from './replace-given.ts';
import { aRegion, aTicked } from './review-given.ts';

const recommended = (n: number): AcceptedEvent => ({
  kind: 'rebalance-recommended',
  recordId: `advice-${n}`,
  eventId: `event-${n}`,
  account: ACCOUNT,
  region: REGION,
  at: NOW,
  instanceId: instanceId(n),
});

const cooled = (noticedAt: Instant): CoolOff => ({
  is: 'cool-off',
  region: REGION,
  pool: OWN_POOL,
  noticedAt,
  expiresAt: later(noticedAt, 3_600_000),
});

const aFailure = (given: Partial<FailedLaunch> = {}): FailedLaunch => ({
  group: 'prod-spot',
  zone: 'eu-west-1b',
  type: undefined,
  at: at(-30),
  text: 'There is no Spot capacity available that matches your request.',
  ...given,
});

const remembered = (region: Partial<RegionView>, ...events: readonly AcceptedEvent[]): readonly StoredRecord[] =>
  actionsIn(
    decideNotes(aRegion({ groups: [aReplace()], ...region }), events.length > 0 ? events : [aTicked], aContext()),
  ).flatMap((action) => (action.do === 'remember' ? action.records : []));

const standings = (records: readonly StoredRecord[]): readonly Standing[] =>
  records.flatMap((record) => (record.is === 'standing' ? [record] : []));

const asMap = (records: readonly StoredRecord[]) =>
  new Map(standings(records).map((one) => [`${one.pool.type} ${one.pool.zone}`, one]));

describe('a rebalance recommendation', () => {
  test('is kept for six hours, and is half a strike for the pool', () => {
    const records = remembered({}, recommended(1));
    expect(records).toContainEqual(
      expect.objectContaining({ is: 'advice', instanceId: instanceId(1), expiresAt: at(6 * 3600) }),
    );
    expect(standings(records)).toMatchObject([{ pool: OWN_POOL, strikes: 0.5, lastAt: NOW }]);
  });

  test('that hits many instances of a pool at once is one half strike', () => {
    const records = remembered({}, recommended(1), recommended(2), recommended(3));
    expect(standings(records)).toMatchObject([{ strikes: 0.5 }]);
    expect(records.filter(({ is }) => is === 'advice')).toHaveLength(3);
  });

  test('heard of again, or of an instance of no managed group, is not written', () => {
    expect(remembered({ advices: advised(1) }, recommended(1))).toEqual([]);
    expect(remembered({}, recommended(77))).toEqual([]);
  });
});

describe('an interruption', () => {
  test('is one strike, and no further one when it is seen again', () => {
    const once = remembered({ coolOffs: [cooled(at(-20))] });
    expect(standings(once)).toMatchObject([{ pool: OWN_POOL, strikes: 1, lastAt: at(-20) }]);
    expect(remembered({ coolOffs: [cooled(at(-20))], standings: asMap(once) })).toEqual([]);
  });

  test('of more instances of the pool within minutes is the same strike, an hour later another', () => {
    const once = asMap(remembered({ coolOffs: [cooled(at(-3600))] }));
    expect(remembered({ coolOffs: [cooled(at(-3500))], standings: once })).toEqual([]);
    const [again] = standings(remembered({ coolOffs: [cooled(NOW)], standings: once }));
    expect(again?.strikes).toBeGreaterThan(1.9);
  });

  test('counts although it was recommended against right before', () => {
    const half = asMap(remembered({}, recommended(1)));
    expect(standings(remembered({ coolOffs: [cooled(at(60))], standings: half }))[0]?.strikes).toBeGreaterThan(1);
  });
});

describe('a launch that failed', () => {
  test('is a strike for the type that it names', () => {
    const records = remembered({ failed: [aFailure({ type: 'm6i.large' })] });
    expect(standings(records)).toMatchObject([{ pool: { type: 'm6i.large', zone: 'eu-west-1b' }, strikes: 1 }]);
  });

  test('without a type is shared by all types of the group in that zone', () => {
    const found = standings(remembered({ failed: [aFailure()] }));
    expect(found.map(({ pool }) => pool)).toEqual(TYPES.map((type) => ({ type, zone: 'eu-west-1b' })));
    for (const { strikes } of found) expect(strikes).toBeCloseTo(1 / TYPES.length);
  });

  test('of another group, or in no zone that is told, says nothing', () => {
    expect(remembered({ failed: [aFailure({ group: 'other' }), aFailure({ zone: undefined })] })).toEqual([]);
  });
});

test('a tick in calm writes nothing', () => {
  expect(remembered({ standings: new Map([outOf('m5.large', 'eu-west-1a')]), advices: advised(1) })).toEqual([]);
});
