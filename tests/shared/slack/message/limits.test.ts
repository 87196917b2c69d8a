import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SlackMessage } from '../../../../shared/model/slack-message.ts';
import { incidentMessage } from '../../../../shared/slack/message/incident.ts';
import { problemsOf } from '../../../../shared/slack/message/limits.ts';
import { reportMessage } from '../../../../shared/slack/message/report.ts';
import { refusalOf } from '../../../../sim/slack/validation.ts';
import { anyReport, anyTold } from '../any.ts';
import { message } from '../given.ts';

/** Both forms of a message as they would be sent, in the eyes of the simulated workspace, and its text alone. */
const refusals = ({ text, blocks, plainBlocks }: SlackMessage) =>
  [
    refusalOf({ text, blocks }, true),
    refusalOf({ text, blocks: plainBlocks }, false),
    refusalOf({ text }, false),
  ].filter((refusal) => refusal !== undefined);

describe('whatever is told', () => {
  test('each report passes our limits, and the workspace takes it in every form', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const made = reportMessage(report);
        expect(problemsOf(made)).toEqual([]);
        expect(refusals(made)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test('each message of an incident passes our limits, and so does its news', () => {
    fc.assert(
      fc.property(anyTold, (told) => {
        const { message, news } = incidentMessage(told);
        for (const one of news ? [message, news] : [message]) {
          expect(problemsOf(one)).toEqual([]);
          expect(refusals(one)).toEqual([]);
        }
        expect(news === undefined).toBe(told.stage === 'begun');
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});

describe('a message that Slack would refuse', () => {
  const cell = (text: string) => ({ type: 'raw_text', text }) as const;
  const table = (rows: number, columns = 2) => ({
    type: 'data_table' as const,
    caption: 'Services',
    rows: Array.from({ length: rows }, () => Array.from({ length: columns }, () => cell('a'))),
  });
  const chart = (labels: readonly string[], names = ['Paid']) => ({
    type: 'data_visualization' as const,
    title: 'Trend',
    chart: {
      type: 'bar' as const,
      series: names.map((name) => ({ name, data: labels.map((label) => ({ label, value: 1 })) })),
      axis_config: { categories: labels },
    },
  });
  const header = (text: string) => ({ type: 'header', text: { type: 'plain_text', text } }) as const;

  test.each([
    ['without text', message(''), 'the length of the text of a message: 0; 1 to 3000 are allowed'],
    [
      'with 51 blocks',
      message(
        'a',
        Array.from({ length: 50 }, () => ({ type: 'divider' }) as const),
      ),
      'blocks of a message: 51; 1 to 50 are allowed',
    ],
    [
      'with a long header',
      message('a', [header('a'.repeat(151))]),
      'the length of a header: 151; 1 to 150 are allowed',
    ],
    ['with two tables', message('a', [table(2), table(2)]), 'data tables in blocks: 2; 0 to 1 are allowed'],
    ['with 101 rows', message('a', [table(101)]), 'rows of a table, its header among them: 101; 2 to 100 are allowed'],
    ['with 21 columns', message('a', [table(2, 21)]), 'columns of a table: 21; 1 to 20 are allowed'],
    [
      'with three charts',
      message('a', [chart(['x']), chart(['x']), chart(['x'])]),
      'charts in blocks: 3; 0 to 2 are allowed',
    ],
    [
      'with 21 bars',
      message('a', [chart(Array.from({ length: 21 }, (_, n) => `${n}`))]),
      'categories of a chart: 21; 1 to 20 are allowed',
    ],
    [
      'with the same bar twice',
      message('a', [chart(['x', 'x'])]),
      'categories of a chart share a name; each has its own',
    ],
    [
      'with a long label',
      message('a', [chart(['x'.repeat(21)])]),
      'the length of a category of a chart: 21; 1 to 20 are allowed',
    ],
    [
      'with 7 series',
      message('a', [chart(['x'], ['1', '2', '3', '4', '5', '6', '7'])]),
      'series of a chart: 7; 1 to 6 are allowed',
    ],
  ])('%s is named with its value and what is allowed', (_, made, problem) => {
    expect(problemsOf(made)).toContain(problem);
  });

  test('of too many bytes is named', () => {
    const long = Array.from(
      { length: 5 },
      () => ({ type: 'section', text: { type: 'mrkdwn', text: 'é'.repeat(2_000) } }) as const,
    );
    expect(problemsOf(message('a', long)).join()).toMatch(
      /a message with its blocks has \d+ bytes; below 12000 are allowed/,
    );
  });

  test('with a chart among its plain blocks is named', () => {
    expect(problemsOf({ ...message('a'), plainBlocks: [chart(['x'])] })).toContain(
      'plainBlocks have a data_visualization; they are for workspaces without',
    );
  });
});
