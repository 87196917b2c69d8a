import { expect, test } from 'vitest';
import { sumsOf } from '../../../../shared/core/report/sums.ts';
import { unusedOf } from '../../../../shared/core/report/unused.ts';
import { later } from '../../../../shared/model/instant.ts';
import type { Prepared } from '../../../../shared/model/records.ts';
import { anEntry, anIncident, aServiceLine } from '../../../functions/report/report-given.ts';
import { aPrepared, at, NOW, REGION } from '../../../given.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The last seven days, of which the ledger knows those that are given: what `b` was lent, and what nobody was. */
const week = (known: readonly ('lent' | 'calm' | 'unknown')[]) =>
  known.map((is, n) => {
    const from = later(NOW, (n - known.length) * DAY);
    const lent = { services: [aServiceLine({ consumer: { of: 'service', name: 'b' }, lent: is === 'lent' })] };
    const hours = Array.from({ length: is === 'unknown' ? 0 : 24 }, (_, hour) => later(from, hour * HOUR));
    return { from, to: later(from, DAY), label: `${n}`, sums: sumsOf(hours.map((hour) => anEntry(hour, lent))) };
  });

const proven = (service: string, given: Partial<Prepared> = {}) =>
  aPrepared({ service, proof: 'proven', standbys: { fargate: 'arn' }, ...given });
const of = (service: string) => ({ region: REGION, cluster: 'prod', service });
const SERVICES = [proven('c'), proven('b'), proven('a')];
const calm = week(Array(7).fill('calm'));
const unused = (stretches: ReturnType<typeof week>, prepared: readonly Prepared[] = SERVICES) =>
  unusedOf({ stretches, prepared, incidents: [], now: NOW });

test('a standby that was lent nothing in all days that are known is unused', () => {
  expect(unused(calm)).toEqual({ days: 7, services: [of('a'), of('b'), of('c')] });
  expect(unused(week(['lent', ...Array(6).fill('calm')]))).toEqual({ days: 7, services: [of('a'), of('c')] });
});

test('an incident tells of what was lent, too', () => {
  const lent = [{ service: 'c', since: at(0), until: at(60), most: { fargate: 1 }, why: '' }];
  const { services } = unusedOf({ stretches: calm, prepared: SERVICES, incidents: [anIncident({ lent })], now: NOW });
  expect(services).toEqual([of('a'), of('b')]);
});

test('days before the ledger begins are not counted, and where more than a tenth is not known nothing is said', () => {
  expect(unused(week(['unknown', 'unknown', 'calm', 'calm', 'calm'])).days).toBe(3);
  expect(unused(week(['calm', 'unknown', 'calm', 'calm', 'calm']))).toEqual({ days: 0, services: [] });
  expect(unused([])).toEqual({ days: 0, services: [] });
});

test('one that is not proven, not there, or that failover has not looked at for a day is not among them', () => {
  const services = [
    proven('unproven', { proof: 'unproven' }),
    proven('failed', { proof: 'failed' }),
    proven('none', { standbys: {} }),
    proven('forgotten', { checkedAt: at(-2 * 86_400) }),
  ];
  expect(unused(calm, services).services).toEqual([]);
});
