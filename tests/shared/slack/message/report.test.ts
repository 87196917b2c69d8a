import { describe, expect, test } from 'vitest';
import { later } from '../../../../shared/model/instant.ts';
import type { Report } from '../../../../shared/model/report.ts';
import { reportMessage } from '../../../../shared/slack/message/report.ts';
import { FROM, HOUR_MS, QUIET, readable, report, service, spending, USD } from '../given.ts';

const read = (changes: Partial<Report> = {}) => readable(reportMessage(report(changes)).blocks).split('\n');
const readPlain = (changes: Partial<Report> = {}) => readable(reportMessage(report(changes)).plainBlocks).split('\n');

const WATCHED = '*spotkeeper only watched* (observe mode). It changed nothing, and tells what it would have done.';

describe('a report', () => {
  test('says first what was saved and against what, and that nothing needs anybody', () => {
    expect(read()).toEqual([
      '# ECS on Spot: Friday 27 November 2026',
      'You saved *$227.60* (56%). What ran on ECS cost $182.40; at On-Demand prices it would have cost $410.00.',
      'All of it was paid for Spot instances.',
      'On regular Fargate it would have cost $365.12.',
      '*Interruptions*',
      'EC2 took back no Spot instance.',
      '*What needs you*',
      'Nothing needs you to act.',
      'Service | Cost | Saved | Runs on',
      'web | $120.00 | $180.00 (60%) | Spot',
      'worker | $62.40 | $47.60 (43%) | Spot',
      expect.stringMatching(/^Saved is the difference to list prices: .* not in these figures\.$/),
      'Account 123456789012, eu-west-1. Times in UTC.',
    ]);
  });

  test('says as text what it says in blocks', () => {
    const { text } = reportMessage(report());
    expect(text.split('\n').slice(0, 2)).toEqual([
      'ECS on Spot: Friday 27 November 2026',
      'You saved *$227.60* (56%). What ran on ECS cost $182.40; at On-Demand prices it would have cost $410.00.',
    ]);
  });

  test('says what went wrong in numbers', () => {
    const interruptions = {
      ...QUIET,
      noticed: 12,
      drained: 11,
      notDrained: 1,
      missed: 1,
      tasksMoved: 44,
      tasksKilled: 3,
      slowestDrainSeconds: 4,
      scaleIns: 4,
    };
    const lines = read({ interruptions, freed: { instances: 2, cost: 0.084 * USD } });
    expect(lines.slice(5, 10)).toEqual([
      'EC2 took back 12 Spot instances after a notice. 11 were drained in time, the slowest 4 seconds after its notice; *1 was not*.',
      '*1 more instance was lost* without a notice that reached spotkeeper.',
      '44 tasks moved to other places in time; *3 tasks were killed* with their instances.',
      'Instances that ended for other reasons: 4 because a group became smaller.',
      '2 instances went within their first hour. EC2 does not charge for that: $0.084 less.',
    ]);
  });

  test('says in observe mode what would have been', () => {
    const interruptions = { ...QUIET, noticed: 1, drained: 1, tasksMoved: 4, slowestDrainSeconds: 2 };
    const lines = read({ mode: 'observe', interruptions });
    expect(lines[1]).toBe(WATCHED);
    expect(lines).toContain(
      'EC2 took back 1 Spot instance after a notice. It would have been drained in time, 2 seconds after its notice.',
    );
    expect(lines).toContain('4 tasks would have moved in time, and none was killed.');
  });

  test('says what was lent, how long, what it cost and why', () => {
    const failover = {
      region: 'eu-west-1',
      cluster: 'prod',
      service: 'web',
      from: FROM,
      most: 12,
      where: 'Fargate Spot',
      why: 'No room for 12 tasks.',
    };
    const lines = read({
      failovers: [
        { ...failover, until: later(FROM, 38 * 60_000) },
        { ...failover, service: 'api', until: undefined },
      ],
      failoverCost: 1.2 * USD,
    });
    expect(lines).toContain(
      'Twice, tasks of a service found no room on its instances and ran elsewhere for a while. That cost $1.20.',
    );
    expect(lines).toContain(
      '• `web` in `prod`: up to 12 tasks on Fargate Spot for 38 minutes. Why: No room for 12 tasks.',
    );
    expect(lines).toContain(
      '• `api` in `prod`: up to 12 tasks on Fargate Spot since 27 Nov, 00:00, and still. Why: No room for 12 tasks.',
    );
  });

  test('names what needs a person, and counts what is too much to name', () => {
    const lines = read({
      missingPrices: ['m9z.large eu-west-1a Spot', 'm9z.xlarge eu-west-1a Spot'],
      findings: Array.from({ length: 9 }, (_, n) => `Finding ${n}.`),
      coolOffs: ['m6i.large eu-west-1a'],
    });
    expect(lines).toContain(
      '• No price is known for `m9z.large eu-west-1a Spot` and 1 more, so these sums are not complete.',
    );
    expect(lines).toContain('• Finding 4.');
    expect(lines).toContain('• and 4 more');
    expect(lines).toContain('• m6i.large eu-west-1a');
  });

  test('tells a loss as a loss', () => {
    const total = spending({ cost: 182.4 * USD, onDemand: 170.4 * USD });
    expect(read({ total })[1]).toBe(
      'You paid *$12.00 more* (7%) than On-Demand instances would have cost. What ran on ECS cost $182.40; at On-Demand prices it would have cost $170.40.',
    );
    expect(read({ services: [service('web', { cost: 3 * USD, onDemand: 2 * USD })] })).toContain(
      'web | $3.00 | $1.00 more | Spot',
    );
  });

  test('says for what was paid, and how much for nothing', () => {
    const total = {
      ...report().total,
      idle: 18.24 * USD,
      byCapacity: { spot: 100 * USD, 'on-demand': 80 * USD, 'fargate-spot': 2.4 * USD, fargate: 0 },
    };
    expect(read({ total })[2]).toBe(
      'That is $100.00 for Spot instances, $80.00 for On-Demand instances and $2.40 for Fargate Spot; 10% of it, $18.24, for room that no task used.',
    );
  });

  test('compares with the time before', () => {
    expect(read({ before: spending({ cost: 195 * USD, onDemand: 400 * USD }) })).toContain(
      'The day before cost $195.00 and saved $205.00.',
    );
  });

  test('says of a day without data that the ledger has none, and of an empty one that nothing ran', () => {
    const nothing = { services: [], clusters: [], total: spending({ cost: 0, onDemand: 0 }) };
    expect(read({ ...nothing, knownMs: 0 })[1]).toBe('Nothing is known of this time: the ledger has no entry of it.');
    expect(read({ ...nothing, knownMs: 0, gapMs: HOUR_MS })[1]).toBe(
      'Nothing is known of this time, because readings failed.',
    );
    expect(read(nothing)[1]).toBe('Nothing ran on ECS in this time, so nothing was paid.');
    expect(reportMessage(report(nothing)).blocks.map(({ type }) => type)).not.toContain('data_table');
  });

  test('does not call free what has no price', () => {
    const lines = read({ total: spending({ cost: 0, onDemand: 0 }), missingPrices: ['m9z.large eu-west-1a Spot'] });
    expect(lines[1]).toBe('No price of what ran is known, so nobody can say what it cost and what was saved.');
    expect(lines.join()).not.toContain('Nothing was saved');
    const services = [service('web', { cost: 0, onDemand: 0 }), service('gone', { cost: 0, onDemand: USD })];
    expect(read({ services })).toEqual(
      expect.arrayContaining(['web | not known | – | price not known', 'gone | $0 | $1.00 (100%) | nothing to pay']),
    );
  });

  test('says what the ledger does not know', () => {
    const since = (hours: number) => ({
      ...report().period,
      kind: 'since' as const,
      to: later(FROM, hours * HOUR_MS),
    });
    expect(read({ period: since(24), knownMs: 13.4 * HOUR_MS })).toContain(
      'The ledger knows 13 of these 24 hours: it began later, or readings failed. The rest is in no sum.',
    );
    expect(read({ period: since(24), knownMs: HOUR_MS / 3 }).join()).toContain('knows 20 minutes of these 24 hours:');
    expect(read({ period: since(1), knownMs: HOUR_MS / 6 }).join()).toContain('knows 10 of these 60 minutes:');
    expect(read({ knownMs: 10 * HOUR_MS, gapMs: HOUR_MS })).toEqual(
      expect.arrayContaining([
        'The ledger begins at 27 Nov, 13:00; what ran before is in no sum.',
        'Of 1 hour nobody can say what ran: readings failed, or a cluster was deleted. It is in no sum.',
      ]),
    );
  });

  test('of 400 services names those that cost most, and sums up the others', () => {
    const services = Array.from({ length: 400 }, (_, n) => service(`job-${n}`, { cost: USD, onDemand: 2 * USD }));
    const lines = read({ services });
    expect(lines.filter((line) => line.startsWith('job-'))).toHaveLength(25);
    expect(lines).toContain('and 375 more services | $375.00 | $375.00 (50%) | Spot');
  });

  test('of several clusters says which service is whose', () => {
    const { total } = report();
    const clusters = ['prod', 'dev'].map((cluster) => ({ region: 'eu-west-1', cluster, ...total }));
    const lines = read({ clusters });
    expect(lines).toContain('By cluster: `prod` $182.40 (saved $227.60), `dev` $182.40 (saved $227.60).');
    expect(lines).toContain('web | prod | $120.00 | $180.00 (60%) | Spot');
  });

  test('of several Regions says what each cost, and whose a cluster is, but names none in which nothing was spent', () => {
    const { total } = report();
    const of = (region: string) => ({ region, ...total });
    const nothing = { region: 'us-east-2', ...spending({ cost: 0, onDemand: 0 }) };
    const clusters = ['eu-west-1', 'us-east-1'].map((region) => ({ ...of(region), cluster: 'prod' }));
    const lines = read({ regions: [of('eu-west-1'), of('us-east-1'), nothing], clusters });
    expect(lines).toContain('By Region: eu-west-1 $182.40 (saved $227.60), us-east-1 $182.40 (saved $227.60).');
    expect(lines).toContain(
      'By cluster: `prod` in eu-west-1 $182.40 (saved $227.60), `prod` in us-east-1 $182.40 (saved $227.60).',
    );
    expect(read({ regions: [of('eu-west-1'), nothing] }).join()).not.toContain('By Region');
  });
});

describe('the trend', () => {
  const point = (label: string, cost: number, saved: number) => ({ label, cost: cost * USD, saved: saved * USD });

  test('is a chart of what was paid and what On-Demand would have cost', () => {
    const lines = read({ trend: [point('Thu', 150, 220), point('Fri', 182.4, 227.6)] });
    expect(lines).toContain('Paid: 150 182.4');
    expect(lines).toContain('On-Demand: 370 410');
  });

  test('is bars of text where charts are refused', () => {
    const lines = readPlain({ trend: [point('Thu', 100, 300), point('Fri', 200, 200)] });
    expect(lines).toContain('Thu          █████░░░░░░░░░░░░░░░  $100.00 of $400.00');
    expect(lines).toContain('Fri          ██████████░░░░░░░░░░  $200.00 of $400.00');
  });

  test('has the last twenty points, and an hour that comes twice has two bars', () => {
    const hours = Array.from({ length: 25 }, (_, n) => point(n === 24 ? 'h23' : `h${n}`, 1, 1));
    const chart = reportMessage(report({ trend: hours })).blocks.find((block) => block.type === 'data_visualization');
    expect(chart?.chart.axis_config.categories).toHaveLength(20);
    expect(chart?.chart.axis_config.categories.slice(-2)).toEqual(['h23', 'h23 (2)']);
  });

  test('of one point is no chart', () => {
    expect(reportMessage(report({ trend: [point('Fri', 1, 1)] })).blocks.map(({ type }) => type)).not.toContain(
      'data_visualization',
    );
  });
});
