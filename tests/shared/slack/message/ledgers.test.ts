import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countLedger } from '../../../../shared/core/ledger/count.ts';
import { calendarOf, daysIn, periodOf } from '../../../../shared/core/report/periods.ts';
import { reportOf } from '../../../../shared/core/report/report.ts';
import { sumsOf } from '../../../../shared/core/report/sums.ts';
import { capacities, type LedgerEntry, type Money, type RanTask } from '../../../../shared/model/ledger.ts';
import type { Prepared } from '../../../../shared/model/records.ts';
import type { Report } from '../../../../shared/model/report.ts';
import { problemsOf } from '../../../../shared/slack/message/limits.ts';
import { reportMessage } from '../../../../shared/slack/message/report.ts';
import { refusalOf } from '../../../../sim/slack/validation.ts';
import { ACCOUNT, aPrepared, clusterArn, NOW, taskArn } from '../../../given.ts';
import { aRanTask, aReading, onFargate, service, time } from '../../core/ledger/ran.ts';
import { type Day, FROM, someDay, TO } from '../../core/ledger/some-day.ts';
import { anyText } from '../any.ts';

/** A cluster of any name, a day of it, and maybe hundreds of services of any name on Fargate. */
type Cluster = { readonly name: string; readonly day: Day; readonly names: readonly string[] };

const anyCluster: fc.Arbitrary<Cluster> = fc.record({
  name: anyText,
  day: someDay,
  names: fc.oneof(
    { weight: 3, arbitrary: fc.array(anyText, { maxLength: 20 }) },
    { weight: 1, arbitrary: fc.array(anyText, { minLength: 380, maxLength: 400, size: 'max' }) },
  ),
});

const anyPrepared: fc.Arbitrary<Prepared> = fc
  .record({ service: anyText, parameter: anyText, says: anyText, severity: fc.constantFrom('caution', 'refusal') })
  .map(({ service, ...finding }) => aPrepared({ service, standbys: { fargate: 'arn' }, findings: [finding] }));

const anyLedger = fc.record({
  clusters: fc.array(anyCluster, { minLength: 1, maxLength: 4 }),
  prepared: fc.array(anyPrepared, { maxLength: 30 }),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'America/St_Johns'),
  mode: fc.constantFrom('observe', 'act'),
});
type Ledger = typeof anyLedger extends fc.Arbitrary<infer T> ? T : never;

const crowd = (names: readonly string[]): readonly RanTask[] =>
  names.map((name, n) =>
    aRanTask(n, { arn: taskArn(1_000 + n), consumer: service(name), on: onFargate(), from: time('09:20') }),
  );

const entriesOf = ({ clusters }: Ledger): readonly LedgerEntry[] =>
  clusters.flatMap(({ name, day, names }) => {
    const { instances, tasks, prices } = day;
    const ran = { instances, tasks: [...tasks, ...crowd(names)], prices };
    return countLedger(aReading({ cluster: clusterArn(name), from: FROM, to: TO, ...ran })).entries;
  });

/** The daily report of the day that the ledger is about: clocks are set back on it in Berlin. */
function reportFrom(ledger: Ledger, entries: readonly LedgerEntry[]): Report {
  const { timeZone, mode, prepared } = ledger;
  const calendar = calendarOf(timeZone);
  const period = periodOf('daily', { first: '2026-10-25', count: 1 }, calendar);
  const days = daysIn({ from: calendar.begins('2026-10-20'), to: period.to }, calendar);
  const stretches = days.map((day) => {
    const within = entries.filter(({ from }) => from >= day.from && from < day.to);
    return { ...day, sums: sumsOf(within) };
  });
  const none = { interruptions: [], incidents: [], coolOffs: [], standings: [], choices: [] };
  return reportOf({ period, account: ACCOUNT, mode, now: NOW, stretches, prepared, ...none });
}

const sumOf = (lines: readonly Money[]): Money => ({
  cost: lines.reduce((sum, { cost }) => sum + cost, 0),
  onDemand: lines.reduce((sum, { onDemand }) => sum + onDemand, 0),
  fargate: lines.reduce((sum, { fargate }) => sum + fargate, 0),
});

test('the report of any ledger adds up to the nano-dollar, and Slack takes it in every form', () => {
  fc.assert(
    fc.property(anyLedger, (ledger) => {
      const entries = entriesOf(ledger);
      const report = reportFrom(ledger, entries);
      const { total } = report;
      const counted = sumOf(entries.flatMap(({ services }) => services));
      expect(total).toMatchObject(counted);
      for (const cut of [report.services, report.clusters, report.regions, report.pools])
        expect(sumOf(cut)).toEqual(counted);
      expect(capacities.reduce((sum, capacity) => sum + total.byCapacity[capacity], 0)).toBe(total.cost);
      expect(Number.isSafeInteger(total.cost)).toBe(true);

      const message = reportMessage(report);
      expect(problemsOf(message)).toEqual([]);
      const { text, blocks, plainBlocks } = message;
      expect(refusalOf({ text, blocks: JSON.parse(JSON.stringify(blocks)) }, true)).toBeUndefined();
      expect(refusalOf({ text, blocks: JSON.parse(JSON.stringify(plainBlocks)) }, false)).toBeUndefined();
      expect(refusalOf({ text }, false)).toBeUndefined();
    }),
    { numRuns: 60 },
  );
}, 60_000);
