import { beforeAll, describe, expect, it } from 'vitest';
import { preview } from '../../../cli/report/preview.ts';
import { reportLines } from '../../../cli/report/text/report.ts';
import type { Told } from '../../../cli/report/told.ts';
import { stormyDay } from '../../../cli/scenarios/report/stormy-day.ts';
import { singleNotice } from '../../../cli/scenarios/single-notice.ts';
import { run } from './command.ts';

const asked = { seed: 1, since: undefined, timeZone: undefined };

describe('the preview of a stormy day', () => {
  const day: { told?: Told } = {};
  const told = (): Told => day.told ?? { report: expect.fail('nothing was played'), messages: [] };

  beforeAll(async () => {
    day.told = await preview({ ...asked, scenario: stormyDay });
  }, 240_000);

  it('has one message of the storm, with its news in the thread, and the report of the day', () => {
    const [storm, daily, ...others] = told().messages;
    expect(others).toEqual([]);
    expect(storm?.text).toMatch(/^Over: Spot storm in prod/);
    expect(storm?.editedAt).toBeGreaterThan(storm?.at ?? 0);
    expect(storm?.replies.map(({ text }) => text)).toEqual([
      expect.stringContaining('all lent tasks are back on EC2'),
      expect.stringContaining('it is over'),
    ]);
    expect(daily?.text).toMatch(/^ECS on Spot: Friday 14 August 2026/);
  });

  it('reports the day that Slack was told, once', () => {
    const { report } = told();
    expect(report).toMatchObject({ period: { kind: 'daily', timeZone: 'Europe/Berlin' }, mode: 'act', gapMs: 0 });
    expect(report.interruptions).toMatchObject({ noticed: 7, drained: 7, tasksKilled: 0 });
    expect(report.missingPrices).toEqual([]);
    expect(report.trend.map(({ label }) => label)).toEqual(
      ['09', '12', '15', '18', '21'].map((hour) => `Fri ${hour}:00`),
    );
    // All standbys have run.
    expect(report.standbys).toEqual([]);
    const lines = reportLines(told(), 'service', { width: 100, color: false });
    expect(lines.filter((line) => line.includes('ECS on Spot: '))).toHaveLength(1);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it('adds up: services, clusters and pools are the same money', () => {
    const { total, services, clusters, pools } = told().report;
    for (const cut of [services, clusters, pools])
      expect(cut.reduce((sum, { cost }) => sum + cost, 0)).toBe(total.cost);
    expect(total.cost).toBeGreaterThan(1e9);
  });
});

describe('the preview of any other scenario', () => {
  it('counts by the minute, until all of the story is counted', async () => {
    const { report, messages } = await preview({ ...asked, scenario: singleNotice });
    expect(messages).toEqual([]);
    expect(report.period.name).toBe('single-notice, as it was played');
    expect(report.interruptions).toMatchObject({ noticed: 1, drained: 1 });
    expect(report.total.cost).toBeGreaterThan(0);
    expect(report.knownMs).toBeGreaterThan(singleNotice.seconds * 1000);
  });

  it('has no message to show alone when nothing was said', async () => {
    const { code, complained } = await run('--preview', '--scenario', 'single-notice', '--message', '1');
    expect(code).toBe(2);
    expect(complained).toEqual(['--message is 1; allowed: none, nothing was said in Slack']);
  });
});
