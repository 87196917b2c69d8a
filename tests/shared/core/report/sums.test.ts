import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarOf, periodOf } from '../../../../shared/core/report/periods.ts';
import { reportOf } from '../../../../shared/core/report/report.ts';
import { addedUp, sumsOf } from '../../../../shared/core/report/sums.ts';
import { later } from '../../../../shared/model/instant.ts';
import { capacities, type LedgerEntry, type ServiceLine } from '../../../../shared/model/ledger.ts';
import type { Report } from '../../../../shared/model/report.ts';
import { anEntry, aServiceLine } from '../../../functions/report/report-given.ts';
import { ACCOUNT, clusterArn, NOW, REGION } from '../../../given.ts';

const HOUR = 3_600_000;
const DAY = periodOf('daily', { first: '2026-08-13', count: 1 }, calendarOf('UTC'));

const reported = (entries: readonly LedgerEntry[]): Report =>
  reportOf({
    ...{ period: DAY, account: ACCOUNT, mode: 'act', now: NOW },
    stretches: [{ from: DAY.from, to: DAY.to, label: 'Thu 13', sums: sumsOf(entries) }],
    ...{ interruptions: [], incidents: [], prepared: [], coolOffs: [], standings: [], choices: [] },
  });

const anyMoney = fc.integer({ min: -1e12, max: 1e12 });
const anyLine: fc.Arbitrary<ServiceLine> = fc
  .record({
    consumer: fc.constantFrom<ServiceLine['consumer']>(
      { of: 'idle' },
      { of: 'service', name: 'a' },
      { of: 'tasks', name: 'a' },
    ),
    capacity: fc.constantFrom(...capacities),
    lent: fc.boolean(),
    cost: anyMoney,
    onDemand: anyMoney,
    fargate: anyMoney,
  })
  .map(aServiceLine);
const regionName = fc.constantFrom(REGION, 'us-east-1');
const anyEntries = fc.array(
  fc
    .record({
      hour: fc.nat({ max: 23 }),
      region: regionName,
      cluster: fc.constantFrom('a', 'b'),
      services: fc.array(anyLine),
    })
    .map(({ hour, region, cluster, services }) =>
      anEntry(later(DAY.from, hour * HOUR), { region, cluster: clusterArn(cluster), services }),
    ),
);

describe('whatever the ledger says', () => {
  test('Regions, clusters, services and kinds of capacity add up to the total exactly', () => {
    fc.assert(
      fc.property(anyEntries, (entries) => {
        const { total, regions, clusters, services } = reported(entries);
        const sum = (all: readonly { readonly cost: number }[]) => all.reduce((so, { cost }) => so + cost, 0);
        expect(sum(regions)).toBe(total.cost);
        for (const { region, cost } of regions)
          expect(cost).toBe(sum(clusters.filter((cluster) => cluster.region === region)));
        expect(sum(clusters)).toBe(total.cost);
        expect(sum(services)).toBe(total.cost);
        expect(Object.values(total.byCapacity).reduce((so, cost) => so + cost, 0)).toBe(total.cost);
        expect(total.cost + total.saved).toBe(total.onDemand);
      }),
    );
  });

  test('sums of parts are the sums of the whole, in whatever order they come', () => {
    fc.assert(
      fc.property(anyEntries, anyEntries, (some, others) => {
        const inOrder = (lines: readonly object[]) =>
          lines.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
        const totals = (sums: ReturnType<typeof sumsOf>) => ({
          ...sums,
          services: inOrder(sums.services),
          pools: inOrder(sums.pools),
        });
        expect(totals(addedUp([sumsOf(others), sumsOf(some)]))).toEqual(totals(sumsOf([...some, ...others])));
      }),
    );
  });
});
