import { describe, expect, test } from 'vitest';
import type { Report } from '../../../../shared/model/report.ts';
import { reportMessage } from '../../../../shared/slack/message/report.ts';
import { readable, report } from '../given.ts';

describe('standbys that were not needed', () => {
  const standby = (service: string) => ({ region: 'eu-west-1', cluster: 'prod', service });
  const week = { ...report().period, kind: 'weekly' as const };
  const told = (names: readonly string[], period: Report['period'] = week) =>
    readable(reportMessage(report({ period, unused: { days: 14, services: names.map(standby) } })).blocks)
      .split('\n')
      .filter((line) => line.includes('not needed'));

  test('are told in a weekly report, by count and the first names', () => {
    expect(told([])).toEqual([]);
    expect(told(['a'])).toEqual([
      'The standby of `a` was not needed in the last 14 days. It costs nothing; no lent task has tested lately whether it would start.',
    ]);
    expect(told(['a', 'b'])[0]).toMatch(
      /^The standbys of `a` and `b` were not needed in the last 14 days\. They cost /,
    );
    expect(told(['a', 'b', 'c', 'd', 'e'])[0]).toMatch(/^The standbys of 5 services \(`a`, `b`, `c`, …\) were not/);
  });

  test('are no news of a single day', () => {
    expect(told(['a'], report().period)).toEqual([]);
  });
});
