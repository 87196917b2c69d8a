import { describe, expect, test } from 'vitest';
import { findingsOf, standbysOf } from '../../../../shared/core/report/advice.ts';
import { sumsOf } from '../../../../shared/core/report/sums.ts';
import { later } from '../../../../shared/model/instant.ts';
import type { Prepared } from '../../../../shared/model/records.ts';
import { anEntry, aServiceLine } from '../../../functions/report/report-given.ts';
import { aPrepared, clusterArn, NOW } from '../../../given.ts';

const service = (name: string, given: Partial<Prepared> = {}) =>
  aPrepared({
    service: name,
    standbys: { fargate: 'arn' },
    findings: [{ parameter: 'taskRoleArn', says: 'it has no task role', severity: 'caution' }],
    ...given,
  });

describe('what is the same of several services of a cluster', () => {
  test('is said once, with their names', () => {
    const prepared = [service('search'), service('checkout'), service('api', { cluster: clusterArn('other') })];
    expect(findingsOf({ prepared: [...prepared, service('images')], choices: [] })).toEqual([
      'api in other, lent to Fargate: taskRoleArn: it has no task role',
      'checkout, images and search in prod, lent to Fargate: taskRoleArn: it has no task role',
    ]);
    expect(standbysOf({ prepared, stretches: [], incidents: [] })).toEqual([
      'api in other has a standby that never ran: set spotkeeper:proof-run=on, and one task of it is tried once',
      'checkout and search in prod have standbys that never ran: set spotkeeper:proof-run=on, and one task of each is tried once',
    ]);
  });

  test('names three of many, and counts the others', () => {
    const of = (count: number) =>
      findingsOf({ prepared: Array.from({ length: count }, (_, n) => service(`s${n}`)), choices: [] });
    expect(of(9)[0]).toMatch(/^s0, s1, s2 and 6 more services in prod, /);
    expect(of(4)[0]).toMatch(/^s0, s1, s2 and s3 in prod, /);
  });

  test('is another thing where AWS refused another standby', () => {
    const refused = { fargate: { at: NOW, says: 'no', fingerprint: 'f' } };
    const prepared = [service('a', { proof: 'failed' }), service('b', { proof: 'proven', refused })];
    expect(standbysOf({ prepared, stretches: [], incidents: [] })).toEqual([
      'a in prod has a standby whose trial task failed: it would fail in a storm, too',
      'b in prod has no fargate standby, for AWS refused it: no',
    ]);
  });
});

test('a standby that tasks were lent to is not one that never ran', () => {
  const prepared = [service('checkout')];
  const stretches = (lent: boolean) => {
    const services = [aServiceLine({ capacity: 'fargate', lent })];
    return [{ from: NOW, to: later(NOW, 3_600_000), label: '9', sums: sumsOf([anEntry(NOW, { services })]) }];
  };
  expect(standbysOf({ prepared, stretches: stretches(true), incidents: [] })).toEqual([]);
  expect(standbysOf({ prepared, stretches: stretches(false), incidents: [] })).toHaveLength(1);
});
