import { describe, expect, it } from 'vitest';
import { reportLines } from '../../../cli/report/text/report.ts';
import { report, service, spending } from '../../shared/slack/given.ts';
import { stormyReport, stormyTold } from './given.ts';

const PLAIN = { width: 100, color: false };

describe('a report in a terminal', () => {
  it('tells the messages of Slack in order with their times, threads under them, and then the costs', () => {
    const text = reportLines(stormyTold(), 'service', PLAIN).join('\n');
    const places = [
      'Fri 10:00  spotkeeper in Slack, updated Fri 10:50',
      'Over: Spot storm in prod',
      'Fri 10:10  spotkeeper in Slack',
      'Sat 09:00  spotkeeper in Slack',
      'ECS on Spot: Friday 27 November 2026',
      'Paid, and what On-Demand would have cost',
    ].map((line) => text.indexOf(line));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).toMatch(/^web +\$120\.00 +\$300\.00 +\$180\.00 \(60%\) +Spot 96%, Fargate Spot 4% +█+░+$/m);
    expect(text).toMatch(/^All +\$190\.00 +\$430\.00 +\$240\.00 \(56%\)$/m);
  });

  it('tells the report in sentences when Slack has not told it', () => {
    const text = reportLines({ report: stormyReport(), messages: [] }, 'pool', PLAIN).join('\n');
    expect(text.match(/ECS on Spot: Friday 27 November 2026/g)).toHaveLength(1);
    expect(text).toMatch(/^m6i\.large eu-west-1a +Spot +\$100\.00 +\$250\.00 +\$150\.00 \(60%\) +96 +█+░+$/m);
  });

  it('tells what each Region cost, and the sum of all', () => {
    const regions = [
      { region: 'eu-west-1', ...spending({ cost: 120e9, onDemand: 300e9 }) },
      { region: 'us-east-1', ...spending({ cost: 70e9, onDemand: 130e9 }) },
    ];
    const text = reportLines({ report: stormyReport({ regions }), messages: [] }, 'region', PLAIN).join('\n');
    expect(text).toMatch(/^eu-west-1 +\$120\.00 +\$300\.00 +\$180\.00 \(60%\) +Spot +█+░+$/m);
    expect(text).toMatch(/^us-east-1 +\$70\.00 +\$130\.00 +\$60\.00 \(46%\) +Spot +█+░+$/m);
    expect(text).toMatch(/^All +\$190\.00 /m);
  });

  it('keeps to its width, whatever names there are', () => {
    const long = report({
      services: ['a'.repeat(255), 'b b '.repeat(60)].map((name) => service(name, { cost: 1e9, onDemand: 2e9 })),
    });
    for (const told of [stormyTold(), { report: long, messages: [] }])
      for (const by of ['service', 'cluster', 'region', 'pool'] as const)
        expect(reportLines(told, by, PLAIN).filter((line) => line.length > 100)).toEqual([]);
  });

  it('lets no name move the cursor or colour the terminal', () => {
    const told = {
      report: report({ services: [service('\u001b[2Jweb', { cost: 1e9, onDemand: 2e9 })] }),
      messages: [],
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    expect(reportLines(told, 'service', PLAIN).join('')).not.toMatch(/[\x00-\x08\x0b-\x1f]/);
  });

  it('sets headings in bold for terminals with colours', () => {
    const lines = reportLines(stormyTold(), 'service', { ...PLAIN, color: true });
    expect(lines.some((line) => line.includes('\u001b[1mWhat each service cost'))).toBe(true);
  });

  it('says that nothing ran', () => {
    const nothing = report({ services: [], clusters: [], regions: [], pools: [] });
    expect(reportLines({ report: nothing, messages: [] }, 'service', PLAIN).at(-1)).toBe('Nothing ran.');
  });
});
