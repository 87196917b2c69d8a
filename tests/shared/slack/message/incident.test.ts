import { describe, expect, test } from 'vitest';
import type { Incident } from '../../../../shared/model/incident.ts';
import { later } from '../../../../shared/model/instant.ts';
import { incidentMessage } from '../../../../shared/slack/message/incident.ts';
import { LENT, LENT_AND_BACK, OPENED, readable, told, USD } from '../given.ts';

const read = (...given: Parameters<typeof told>) => {
  const { message, news } = incidentMessage(told(...given));
  return { lines: readable(message.blocks).split('\n'), news: news?.text };
};

const FROM = '(`m6i.large eu-west-1a` and `m5.large eu-west-1a`).';

describe('an incident', () => {
  test('begins with what EC2 takes back; its message is the news', () => {
    expect(read('begun')).toEqual({
      lines: [
        '# Spot storm in prod',
        `EC2 is taking back *12 instances* ${FROM} All are drained.`,
        '48 tasks moved to other places.',
        '`prod` in eu-west-1, since 27 Nov, 10:00 (UTC).',
      ],
      news: undefined,
    });
  });

  test('says what is lent and why', () => {
    const { lines, news } = read('lent', { lent: LENT, lentCost: 0.1 * USD });
    expect(lines.slice(3, 5)).toEqual([
      '• `web` has borrowed 12 tasks on Fargate Spot since 27 Nov, 10:01. Why: 12 displaced tasks find no room: 24 vCPU are missing.',
      'The lent tasks cost about $0.10 so far.',
    ]);
    expect(news).toBe('`prod` in eu-west-1: spotkeeper lends tasks to `web` (12 tasks on Fargate Spot).');
  });

  test('says what came back', () => {
    expect(read('back', { lent: LENT_AND_BACK }).lines[1]).toContain('EC2 took back *12 instances*');
    expect(read('back', { lent: LENT_AND_BACK, lentCost: 1.2 * USD }).news).toBe(
      '`prod` in eu-west-1: all lent tasks are back on EC2 since 27 Nov, 10:39. They cost about $1.20.',
    );
  });

  test('ends with what it took, also for who heard nothing before', () => {
    const { lines, news } = read('over', { lent: LENT_AND_BACK, lentCost: 1.2 * USD });
    expect(lines).toEqual([
      '# Over: Spot storm in prod',
      `EC2 took back *12 instances* ${FROM} All were drained in time.`,
      '48 tasks moved to other places.',
      '• `web` borrowed 12 tasks on Fargate Spot for 38 minutes.',
      'All lent tasks are back on EC2.',
      'The lent tasks cost about $1.20.',
      'It took 52 minutes. No task was killed.',
      '`prod` in eu-west-1, since 27 Nov, 10:00 (UTC).',
    ]);
    expect(news).toBe(
      '`prod` in eu-west-1: it is over after 52 minutes: 12 instances taken back, no task killed, lent tasks for about $1.20.',
    );
  });

  test('says what it cost without a doubt once the ledger has counted it', () => {
    const counted = { lent: LENT_AND_BACK, lentCost: 1.1 * USD, countedAt: OPENED };
    expect(read('over', counted).lines).toContain('The lent tasks cost $1.10.');
  });

  test('in which tasks are lent again says so first, whatever stage was told last', () => {
    const again = { ...LENT[0], since: later(OPENED, 45 * 60_000), why: '' } as Incident['lent'][number];
    const { lines } = read('back', { lent: [...LENT_AND_BACK, again], lentCost: 1.2 * USD });
    expect(lines.slice(3, 6)).toEqual([
      '• `web` has borrowed 12 tasks on Fargate Spot since 27 Nov, 10:45.',
      '• `web` borrowed 12 tasks on Fargate Spot for 38 minutes.',
      'The lent tasks cost about $1.20 so far.',
    ]);
  });

  test('in which all instances are gone says so while tasks are still lent', () => {
    const given = told('lent', { lent: LENT });
    const { message } = incidentMessage({ ...given, figures: { ...given.figures, gone: 12 } });
    expect(readable(message.blocks)).toContain(`EC2 took back *12 instances* ${FROM} All were drained in time.`);
  });

  test.each([
    ['begun', 12, 0, 'None is drained yet.'],
    ['begun', 12, 1, '1 of 12 is drained so far.'],
    ['lent', 1, 0, 'It is not drained yet.'],
    ['over', 12, 0, 'None was drained in time.'],
    ['over', 1, 1, 'It was drained in time.'],
  ] as const)('that has %s and %i instances, of which %i were drained, says: %s', (stage, all, drained, says) => {
    const given = told(stage, { instances: Array.from({ length: all }, (_, n) => `i-${n}`) });
    const { message } = incidentMessage({ ...given, figures: { ...given.figures, drained } });
    expect(readable(message.blocks)).toContain(` ${says}`);
  });

  test('does not hide what was killed or lost', () => {
    const given = told('over');
    const { message } = incidentMessage({
      ...given,
      figures: { gone: 12, drained: 9, missed: 2, tasksMoved: 40, tasksKilled: 3 },
    });
    const lines = readable(message.blocks).split('\n');
    expect(lines[1]).toContain('9 of 12 were drained in time.');
    expect(lines).toContain('2 instances of these went without a notice that reached spotkeeper.');
    expect(lines).toContain('*3 tasks were killed* before stopping in order.');
  });

  test('says in observe mode what would have been', () => {
    const { message, news } = incidentMessage({ ...told('lent', { lent: LENT }), mode: 'observe' });
    const text = readable(message.blocks);
    expect(text).toContain('All would have been drained.');
    expect(text).toContain('`web` would have borrowed 12 tasks on Fargate Spot');
    expect(text).toContain('spotkeeper only watched (observe mode)');
    expect(news?.text).toContain('spotkeeper would lend tasks to');
  });

  test('without a notice says that room was missing', () => {
    const { lines } = read('lent', { instances: [], pools: [], lent: LENT });
    expect(lines.slice(0, 2)).toEqual([
      '# Too little room in prod',
      'Tasks found no room on the instances of this cluster. EC2 took none of them back.',
    ]);
  });
});
