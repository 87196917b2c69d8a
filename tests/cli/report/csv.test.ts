import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../../cli/report/csv.ts';
import type { Report, ServiceSpending } from '../../../shared/model/report.ts';
import { anyText } from '../../shared/slack/any.ts';
import { report, service } from '../../shared/slack/given.ts';
import { stormyReport } from './given.ts';

/** The fields of a text in CSV, by the grammar of RFC 4180. */
function parsed(csv: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, bare = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    row.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** The sum of a column of dollars, in whole nano-dollars. */
function sumOf(csv: string, column: string): bigint {
  const [header = [], ...rows] = parsed(csv);
  const at = header.indexOf(column);
  return rows.reduce((sum, cells) => sum + BigInt((cells[at] ?? '').replace('.', '')), 0n);
}

const called = (name: string, cost = 1): ServiceSpending => service(name, { cost, onDemand: 2 * cost });

describe('a report as CSV', () => {
  it('has a header, and one line of the same columns for each service, room that nobody used among them', () => {
    const [header, ...rows] = parsed(csvOf(stormyReport(), 'service'));
    expect(header?.slice(0, 7)).toEqual(['from', 'to', 'region', 'cluster', 'kind', 'name', 'cost_usd']);
    expect(rows.map((cells) => cells.slice(4, 7))).toEqual([
      ['service', 'web', '120.000000001'],
      ['service', 'worker', '62.400000000'],
      ['idle', '', '7.600000000'],
    ]);
    expect(new Set(rows.map((cells) => cells.length))).toEqual(new Set([header?.length]));
  });

  it.each(['service', 'cluster', 'region', 'pool'] as const)('adds up by %s to the total, to the nano-dollar', (by) => {
    const { total } = stormyReport();
    const csv = csvOf(stormyReport(), by);
    expect(sumOf(csv, 'cost_usd')).toBe(BigInt(total.cost));
    expect(sumOf(csv, 'saved_usd')).toBe(BigInt(total.saved));
  });

  it('adds up whatever the costs are, credits among them', () => {
    const costs = fc.array(fc.integer({ min: -5e9, max: 4e13 }), { maxLength: 50 });
    fc.assert(
      fc.property(costs, (all) => {
        const csv = csvOf(report({ services: all.map((cost, n) => called(`s${n}`, cost)) }), 'service');
        expect(sumOf(csv, 'cost_usd')).toBe(BigInt(all.reduce((sum, cost) => sum + cost, 0)));
      }),
    );
  });

  it('gives every name back as it was, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 5 }), (names) => {
        const rows = parsed(csvOf(report({ services: names.map((name) => called(name)) }), 'service')).slice(1);
        expect(rows.map((cells) => cells[5]?.replace(/^'(?='*(\s*[=+\-@]|[\t\r\n]))/, ''))).toEqual(names);
      }),
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', ' =1+1', '\t=1', '=HYPERLINK("http://x","y")'])(
    'makes no formula of the name %j',
    (name) => {
      const [, row] = parsed(csvOf(report({ services: [called(name)] }), 'service'));
      expect(row?.[5]).toBe(`'${name}`);
    },
  );

  it('keeps a name apart from one that has an apostrophe of its own', () => {
    const rows = parsed(csvOf(report({ services: [called('-'), called("'-"), called("'web")] }), 'service')).slice(1);
    expect(rows.map((cells) => cells[5])).toEqual(["'-", "''-", "'web"]);
  });

  it('is a header alone when nothing ran', () => {
    const none: Partial<Report> = { services: [], clusters: [], regions: [], pools: [] };
    for (const by of ['service', 'cluster', 'region', 'pool'] as const)
      expect(parsed(csvOf(report(none), by))).toHaveLength(1);
  });
});
