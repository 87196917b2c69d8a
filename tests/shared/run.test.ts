import { beforeEach, describe, expect, test } from 'vitest';
import { decode } from '../../shared/events/event.ts';
import { ACCOUNT, aNotice, aRegistration, aTick, instanceId, NOW } from '../given.ts';
import { SmallAccount, smallFlow } from './small-flow.ts';

let account: SmallAccount;
beforeEach(() => {
  account = new SmallAccount();
});

const [one, two, three] = [instanceId(1), instanceId(2), instanceId(3)];

describe('a batch', () => {
  test('is read and decided once for each region, all its events together', async () => {
    const batch = [aNotice(1), aNotice(2, { region: 'us-east-1' }), aNotice(3)];
    const { plans } = await account.run(batch);
    expect(account.told.filter((line) => line.startsWith('look at i-'))).toEqual([
      `look at ${one},${three} in eu-west-1`,
      `look at ${two} in us-east-1`,
    ]);
    expect(plans).toHaveLength(4);
  });

  test('takes its phases in order, and each step of a plan after the one before', async () => {
    expect(await account.run([aNotice(1), aNotice(2)])).toMatchObject({ failedRecordIds: [] });
    expect(account.told).toEqual([
      `look at ${one},${two} in eu-west-1`,
      `drain ${one} in prod: a notice`,
      `drain ${two} in prod: a notice`,
      'read watch for notice-1,notice-2',
      `look at prod again at ${new Date(NOW).toISOString()}: more is to do`,
      'remember : more is to do',
    ]);
  });

  test('without events does nothing', async () => {
    expect(await account.run([])).toEqual({ failedRecordIds: [], plans: [], outcomes: [] });
    expect(account.told).toEqual([]);
  });

  test('that comes again finds nothing left to drain', async () => {
    await account.run([aNotice(1)]);
    const { outcomes } = await account.run([aNotice(1)]);
    expect(outcomes.filter(({ action }) => action.do === 'drain')).toEqual([]);
  });

  test('is measured by the figures of its flow, and by its errors only where there are any', async () => {
    account.faults.set(one, 'fails');
    await account.run([aNotice(2), aNotice(3)]);
    await account.run([aNotice(1)]);
    expect(account.measured).toEqual([
      ['NoticeToDrainingMs', 2],
      ['NoticeToDrainingMs', 1],
      ['Errors', 1],
    ]);
  });
});

describe('what fails', () => {
  test('an action that may succeed later fails its own records and no others', async () => {
    account.faults.set(two, 'fails');
    expect((await account.run([aNotice(1), aNotice(2), aNotice(3)])).failedRecordIds).toEqual(['notice-2']);
    expect([...account.draining]).toEqual([one, three]);
    const action = `drain ${two} in prod: a notice`;
    expect(account.errors()).toEqual([{ action, error: `drain of ${two} fails`, retry: true }]);
  });

  test('an action that will never succeed fails no record, but is logged', async () => {
    account.faults.set(two, 'is refused');
    expect((await account.run([aNotice(1), aNotice(2)])).failedRecordIds).toEqual([]);
    expect(account.errors()).toMatchObject([{ error: `drain of ${two} is refused`, retry: false }]);
  });

  test('an adapter that throws fails the records of its action', async () => {
    account.faults.set(two, 'throws');
    expect((await account.run([aNotice(1), aNotice(2)])).failedRecordIds).toEqual(['notice-2']);
    expect([...account.draining]).toEqual([one]);
  });

  test('an event that no decision can be made on fails alone, and takes no further part', async () => {
    const { failedRecordIds } = await account.run([aNotice(1), aNotice(2), aNotice(3)], {
      flow: smallFlow({ poison: [two] }),
    });
    expect(failedRecordIds).toEqual(['notice-2']);
    expect([...account.draining]).toEqual([one, three]);
    expect(account.told).toContain('read watch for notice-1,notice-3');
    expect(account.errors()).toMatchObject([
      { phase: 'drain', error: `TypeError: cannot decide on ${two}`, eventIds: ['event-notice-2'] },
    ]);
  });

  test('a region that does not answer fails its own records and no other region', async () => {
    account.unreachable.add('us-east-1');
    const { failedRecordIds } = await account.run([
      aNotice(1),
      aNotice(2, { region: 'us-east-1' }),
      aNotice(3, { region: 'us-east-1' }),
    ]);
    expect(failedRecordIds).toEqual(['notice-2', 'notice-3']);
    expect([...account.draining]).toEqual([one]);
    expect(account.errors()).toMatchObject([{ region: 'us-east-1', error: 'Error: us-east-1 does not answer' }]);
  });
});

describe('what has to be looked at again', () => {
  const reads = (): readonly string[] => account.told.filter((line) => /^(look at i-|read)/.test(line));
  const wakes = (): readonly string[] => account.told.filter((line) => line.startsWith('look at prod again'));

  test('who loses a guard leaves out what is under it, and reads again only what it answers for', async () => {
    account.rivals = 1;
    expect(await account.run([aTick(), aNotice(1)])).toMatchObject({ failedRecordIds: [] });
    expect(reads().slice(1)).toEqual(['read watch for tick,notice-1', 'read watch for notice-1']);
    expect(wakes()).toHaveLength(1);
    expect(account.told.filter((line) => line.startsWith('remember'))).toHaveLength(2);
  });

  test('who loses a guard to one who does the same work leaves it to the winner', async () => {
    account.rivals = 1;
    const flow = smallFlow({ whenLost: 'leave' });
    expect(await account.run([aNotice(1)], { flow })).toMatchObject({ failedRecordIds: [] });
    expect(reads().slice(1)).toEqual(['read watch for notice-1']);
    expect(wakes()).toEqual([]);
  });

  test('who loses a guard three times gives its records up, to be delivered again', async () => {
    account.rivals = 9;
    expect((await account.run([aTick(), aNotice(1)])).failedRecordIds).toEqual(['notice-1']);
    expect(account.rivals).toBe(6);
    expect(wakes()).toEqual([]);
    expect(account.errors()).toMatchObject([{ phase: 'watch', error: 'Error: still not settled after 3 attempts' }]);
  });

  test('an action that rested on stale knowledge is decided again, the others are not', async () => {
    account.faults.set(two, 'is stale');
    expect(await account.run([aNotice(1), aNotice(2)])).toMatchObject({ failedRecordIds: [] });
    expect(reads().slice(0, 2)).toEqual([`look at ${one},${two} in eu-west-1`, `look at ${two} in eu-west-1`]);
    expect([...account.draining]).toEqual([one, two]);
  });

  test('knowledge that stays stale fails its records after three attempts', async () => {
    account.faults.set(two, 'is stale for ever');
    expect((await account.run([aNotice(1), aNotice(2)])).failedRecordIds).toEqual(['notice-2']);
    expect(reads().filter((line) => line.includes(two))).toHaveLength(3);
  });
});

test('observe mode performs what touches only our own, and tells the rest', async () => {
  const { outcomes } = await account.run([aNotice(1)], { mode: 'observe' });
  expect(outcomes.map(({ action, result }) => `${action.do} ${result}`)).toEqual([
    'drain told',
    'wake done',
    'remember done',
  ]);
  expect(account.draining.size).toBe(0);
  const plan = { phase: 'drain', region: 'eu-west-1', mode: 'observe', actions: [`drain ${one} in prod: a notice`] };
  expect(account.lines[0]).toMatchObject({ level: 'info', message: 'plan', fields: plan });
});

describe('records that are not for us', () => {
  test('each are one log line, and fail nobody', async () => {
    const unknown = JSON.stringify({
      ...{ id: '1', source: 'aws.s3', 'detail-type': 'Object Created', account: ACCOUNT, region: 'eu-west-1' },
      time: '2026-08-14T09:26:53Z',
    });
    const batch = [decode('a', unknown), decode('b', 'no JSON'), aRegistration(), aNotice(1)];
    expect((await account.run(batch)).failedRecordIds).toEqual([]);
    expect(account.lines.slice(0, 3)).toEqual([
      {
        level: 'info',
        message: 'event of a kind unknown to spotkeeper passed over',
        fields: { recordId: 'a', reason: 'aws.s3 "Object Created"' },
      },
      {
        level: 'warn',
        message: 'record dropped: it is no event',
        fields: { recordId: 'b', reason: 'not JSON: "no JSON"' },
      },
      {
        level: 'info',
        message: 'event passed over: this function does not handle its kind',
        fields: { recordId: 'registration-1', kind: 'container-instance-changed', function: 'small' },
      },
    ]);
    expect([...account.draining]).toEqual([one]);
  });
});

describe('10,000 records in one call', () => {
  const many = Array.from({ length: 10_000 }, (_, n) => aNotice(n));

  test('are all drained, and the plan that is logged stays short', async () => {
    expect((await account.run(many)).failedRecordIds).toEqual([]);
    expect(account.draining.size).toBe(10_000);
    const fields = account.lines.find(({ message }) => message === 'plan')?.fields;
    expect(fields).toMatchObject({ actions: { length: 60 }, andMore: 9_940 });
  });

  test('that are nearly all poison fail one by one, and the sound one is drained', async () => {
    const flow = smallFlow({ poison: many.slice(0, 1_000).map((notice) => notice.instanceId) });
    expect((await account.run(many.slice(0, 1_001), { flow })).failedRecordIds).toHaveLength(1_000);
    expect([...account.draining]).toEqual([instanceId(1_000)]);
  });
});
