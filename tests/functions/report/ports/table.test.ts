import { describe, expect, test } from 'vitest';
import { putRecords } from '../../../../shared/aws/table.ts';
import type { Incident } from '../../../../shared/model/incident.ts';
import { type Instant, later } from '../../../../shared/model/instant.ts';
import type { Interruption, StoredRecord } from '../../../../shared/model/records.ts';
import { clusterArn, POOL } from '../../../given.ts';
import { REGION } from '../../../shared/aws/lab.ts';
import { aCounted, anEntry, HOUR } from '../../../shared/aws/ledger-records.ts';
import { reportLab } from './lab.ts';
import { anOutbox } from './outbox.ts';

const HOUR_MS = 3_600_000;
const hours = (n: number): Instant => later(HOUR, n * HOUR_MS);

const interruption = (noticedAt: Instant, cause: Interruption['cause'] = 'spot'): Interruption => ({
  is: 'interruption',
  region: REGION,
  instanceId: `i-${noticedAt}`,
  cluster: clusterArn('prod'),
  cause,
  noticedAt,
  drainedAt: undefined,
  goneAt: later(noticedAt, 120_000),
  pool: POOL,
  stoppedByScheduler: undefined,
  stoppedBySpotkeeper: undefined,
  killed: undefined,
  other: undefined,
  expiresAt: hours(2_000),
});

const incident = (openedAt: Instant, closedAt: Instant | undefined): Incident => ({
  is: 'incident',
  countedAt: undefined,
  filed: false,
  region: REGION,
  cluster: clusterArn('prod'),
  openedAt,
  closedAt,
  activeAt: openedAt,
  instances: ['i-1'],
  pools: ['m6i.large eu-west-1a'],
  lent: [],
  lentCost: 0,
  costedTo: openedAt,
  told: ['begun'],
  version: 1,
  by: 'a run',
  expiresAt: hours(2_000),
});

function written(records: readonly StoredRecord[], policy = {}) {
  const made = reportLab({ policy });
  return { ...made, write: () => made.run(putRecords(made.table, records)) };
}

describe('the ledger of a time', () => {
  test('holds the hours that begin in it, of all clusters, over days and months', async () => {
    const entries = Array.from({ length: 24 * 40 }, (_, n) =>
      anEntry({ hour: hours(n), from: hours(n), to: hours(n + 1), cluster: clusterArn(n % 2 ? 'prod' : 'test') }),
    ).map((entry) => ({ ...entry, expiresAt: hours(4_000) }));
    const { read, run, write, calls } = written(entries);
    await write();
    const found = await run(read.ledger(hours(3), hours(24 * 30 + 3)));
    expect(found.map(({ hour }) => hour).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 24 * 30 }, (_, n) => hours(n + 3)),
    );
    expect(calls('Query')).toHaveLength(31);
    expect(await run(read.ledger(later(hours(5), 1), hours(6)))).toEqual([]);
    expect(await run(read.ledger(hours(5), hours(6)))).toEqual([entries[5]]);
  });

  test('is that of its region', async () => {
    const { read, run, write } = written([anEntry({ region: 'us-east-1', expiresAt: hours(99) })]);
    await write();
    expect(await run(read.ledger(HOUR, hours(1)))).toEqual([]);
    expect(await run(read.tableOf('us-east-1').ledger(HOUR, hours(1)))).toHaveLength(1);
  });
});

describe('what else was written down', () => {
  test('interruptions are those that were noticed in the time, missed ones too', async () => {
    const noticed = [hours(-1), hours(0), hours(20), hours(30)];
    const records = [...noticed.map((at) => interruption(at)), interruption(later(hours(20), 1_234), 'missed')];
    const { read, run, write } = written(records);
    await write();
    const found = await run(read.interruptions(hours(0), hours(30)));
    expect(found.map(({ instanceId }) => instanceId).sort()).toEqual(
      [hours(0), hours(20), later(hours(20), 1_234)].map((at) => `i-${at}`),
    );
  });

  test('interruptions of some minutes are read without those of the rest of their day', async () => {
    const noticed = [hours(0), later(hours(2), 600_000), hours(5)];
    const missed = later(hours(2), 660_000);
    const records = [...noticed.map((at) => interruption(at)), interruption(missed, 'missed')];
    const { read, run, write, table } = written(records);
    await write();
    const asked: unknown[] = [];
    table.client.middlewareStack.add((next) => async (args) => {
      const answer = await next(args);
      asked.push((answer.output as { Items?: unknown[] }).Items?.length);
      return answer;
    });
    const found = await run(read.interruptions(later(hours(2), 500_000), later(hours(2), 700_000)));
    expect(found).toHaveLength(2);
    expect(asked).toEqual([2]);
  });

  test('incidents are those that were open at some time since', async () => {
    const open = incident(hours(0), undefined);
    const over = incident(hours(-9), hours(-8));
    const justOver = incident(hours(-5), hours(-1));
    const { read, run, write } = written([open, over, justOver]);
    await write();
    expect(await run(read.incidents(hours(-2)))).toEqual([justOver, open]);
  });

  test('incidents that are filed are read by reports alone, by their end, and once where both copies are left', async () => {
    const open = incident(hours(0), undefined);
    const [early, over] = [incident(hours(-90), hours(-80)), incident(hours(-60), hours(-30))];
    const { read, run, write } = written([open, over, ...[early, over].map((one) => ({ ...one, filed: true }))]);
    await write();
    expect(await run(read.recentIncidents())).toEqual([over, open]);
    expect(await run(read.incidents(hours(-40)))).toEqual([over, open]);
    expect(await run(read.incidents(hours(-85)))).toHaveLength(3);
  });

  test('guards, messages and reports come back as they were written', async () => {
    const outbox = anOutbox();
    const counted = aCounted({ pending: [anEntry()], expiresAt: hours(99) });
    const reported = {
      is: 'reported',
      region: REGION,
      id: 'daily',
      version: 1,
      by: 'a run',
      expiresAt: hours(9),
    } as const;
    const { read, run, write } = written([counted, outbox, reported]);
    await write();
    expect(await run(read.counted())).toEqual([counted]);
    expect(await run(read.outbox())).toEqual([outbox]);
    expect(await run(read.reported())).toEqual([reported]);
  });

  test('a table without anything in it answers with nothing', async () => {
    const { read, run } = reportLab();
    const cluster = clusterArn('prod');
    const all = await run(
      Promise.all([
        read.clusters(),
        read.watches(),
        read.doomed(cluster),
        read.lookouts(),
        read.lendings(cluster),
        read.prepared(cluster),
        read.coolOffs(),
        read.standings(),
        read.choices(),
      ]),
    );
    expect(all.flat()).toEqual([]);
  });
});

test('there is a Slack when a parameter stands in the settings', () => {
  expect(reportLab().read.hasSlack).toBe(false);
  expect(reportLab({ policy: { slackSecret: '/spotkeeper/slack' } }).read.hasSlack).toBe(true);
});
