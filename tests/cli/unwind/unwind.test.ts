import { describe, expect, test } from 'vitest';
import { putRecords, queryRecords } from '../../../shared/aws/table.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import { AwsError } from '../../../sim/service.ts';
import { aPrepared } from '../../given.ts';
import { REGION } from '../../shared/aws/lab.ts';
import { lent, STANDBY } from './lent.ts';

describe('without --yes', () => {
  test('it tells what it would do, changes nothing, and says that failover must be off', async () => {
    const { unwind, writes } = await lent(2);
    const { code, said, complaints } = await unwind('--table', 'table');
    expect({ code, complaints, writes: writes() }).toEqual({ code: 0, complaints: [], writes: [] });
    expect(said).toContain('lower checkout-fargate from 2 to 0, wait until its tasks are gone, delete it');
    expect(said.replace(/\s+/g, ' ')).toContain('checkout runs 3 of 3 tasks without it');
    expect(said).toContain('The function failover must be off');
    expect(said).toContain('Nothing was changed.');
  });

  test('it says that On-Demand bases are not looked at where no table is found', async () => {
    const { unwind } = await lent(0);
    expect((await unwind()).said).toContain('standbys only, On-Demand bases are not looked at');
  });

  test('it finds the table by the name that CloudFormation gives it', async () => {
    const { unwind, account } = await lent(0);
    const create = account.endpoint.services.find(({ id }) => id === 'dynamodb')?.operations.CreateTable;
    const input = { TableName: 'spotkeeper-prod-Table-1A2B3C', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }] };
    const at = account.clock.now();
    create?.(input, { account: account.account, region: REGION, caller: 'a person', at });
    expect((await unwind()).said).toContain('Records are in the table spotkeeper-prod-Table-1A2B3C.');
  });
});

describe('with --yes', () => {
  test('it lowers a standby, deletes it when its tasks are gone, and forgets the records', async () => {
    const { unwind, active, writes, table, cluster, run } = await lent(2);
    const record = aPrepared({
      cluster: cluster.arn,
      service: 'checkout',
      expiresAt: later(instant(table.now()), 3_600_000),
    });
    await run(putRecords(table, [record]));
    const { code, complaints, said } = await unwind('--table', 'table', '--yes');
    expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
    expect(writes()).toEqual(['BatchWriteItem', 'UpdateService', 'DeleteService', 'BatchWriteItem']);
    expect(active()).toEqual(['checkout']);
    expect(said).toContain('done: take back 2 tasks of checkout in shop from Fargate, 0 left');
    expect(await run(queryRecords(table, `prepared ${REGION} ${cluster.arn}`))).toEqual([]);
  });

  test('a second run has nothing to do', async () => {
    const { unwind, writes } = await lent(2);
    await unwind('--yes');
    const before = writes().length;
    const { code, said } = await unwind('--yes');
    expect({ code, more: writes().length - before }).toEqual({ code: 0, more: 0 });
    expect(said).toContain('nothing is lent here');
  });

  test('a standby that is already at 0 is not lowered again, as after a run that was broken off', async () => {
    const { unwind, writes, call } = await lent(2);
    await call('UpdateService', { cluster: 'shop', service: STANDBY, desiredCount: 0 });
    expect((await unwind('--yes')).code).toBe(0);
    expect(writes()).toEqual(['DeleteService']);
  });

  test('a standby stays while its main service is short without it, unless it is forced', async () => {
    const { unwind, active, call } = await lent(2);
    await call('UpdateService', { cluster: 'shop', service: 'checkout', desiredCount: 40 });
    const { code, complaints } = await unwind('--yes');
    expect(code).toBe(1);
    expect(complaints).toEqual([
      expect.stringMatching(
        /^left: checkout-fargate with its 2 tasks: checkout runs \d+ of 40 tasks without it; --force/,
      ),
    ]);
    expect(active()).toContain(STANDBY);
    expect((await unwind('--yes', '--force')).code).toBe(0);
    expect(active()).toEqual(['checkout']);
  });

  test('tasks on instances that drain do not count as the main service’s', async () => {
    const { unwind, main } = await lent(2);
    for (const task of main.tasks.values()) if (task.instance) task.instance.status = 'DRAINING';
    expect((await unwind()).said).toContain('checkout runs 0 of 3 tasks without it; --force');
  });

  test('a standby whose main service is gone goes with its tasks', async () => {
    const { unwind, active, standby, account } = await lent(0);
    await standby('ghost-fargate', 'ghost', 1);
    await account.clock.run(account.clock.now() + 120_000);
    const { code, said } = await unwind('--yes');
    expect({ code, active: active() }).toEqual({ code: 0, active: ['checkout'] });
    expect(said).toContain('its main service ghost is gone');
  });

  test('what still has tasks after --wait is left, and the next run takes it up', async () => {
    const { unwind, active } = await lent(2);
    const { code, complaints } = await unwind('--yes', '--wait', '1');
    expect({ code, active: active() }).toEqual({ code: 1, active: ['checkout', STANDBY] });
    expect(complaints[0]).toContain('checkout-fargate still has tasks after 1 s; run the command again');
    expect((await unwind('--yes')).code).toBe(0);
  });

  test('it does not fight whoever raises a standby again', async () => {
    const { unwind, account, call, active } = await lent(2);
    account.clock.after(
      3_000,
      () => void call('UpdateService', { cluster: 'shop', service: STANDBY, desiredCount: 3 }),
    );
    const { code, complaints } = await unwind('--yes');
    expect({ code, complaints, active: active() }).toEqual({
      code: 1,
      complaints: ['left: somebody gave checkout-fargate 3 tasks again; is failover off?'],
      active: ['checkout', STANDBY],
    });
  });

  test('what AWS refuses is one line, and the rest is done', async () => {
    const refuse = {
      error: new AwsError('AccessDeniedException', 'not authorized to perform ecs:UpdateService'),
      when: 'before' as const,
    };
    const { unwind } = await lent(2, {
      faults: ({ operation, caller }) => (operation === 'UpdateService' && caller === 'lab' ? refuse : undefined),
    });
    const { code, complaints } = await unwind('--yes');
    expect(code).toBe(1);
    expect(complaints).toEqual([
      'left: checkout-fargate: AccessDeniedException: not authorized to perform ecs:UpdateService',
    ]);
  });
});

describe('the command line', () => {
  test.each([
    [['--cluster', 'other'], 'no cluster of eu-west-1 is called "other"; allowed: shop'],
    [['--table', 'other'], 'no table of eu-west-1 is called "other"; name the Region of the stack, too'],
    [['--wait', 'long'], '--wait is "long"; allowed: a whole number from 1 to 86400'],
    [['--region', 'mars'], '--region is "mars"; allowed: a Region such as eu-west-1'],
  ])('%j is refused in one line', async (argv, line) => {
    const { unwind } = await lent(0);
    const { code, complaints } = await unwind(...argv);
    expect({ code, complaints }).toEqual({ code: 2, complaints: [line] });
  });
});
