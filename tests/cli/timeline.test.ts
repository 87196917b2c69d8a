import { describe, expect, it } from 'vitest';
import { decisionHappenings } from '../../cli/timeline/decisions.ts';
import { type Happening, rowsOf, total } from '../../cli/timeline/happening.ts';
import { journalHappenings } from '../../cli/timeline/journal.ts';
import { wrapped } from '../../cli/timeline/timeline.ts';
import type { Line } from '../../cli/transcript.ts';
import type { JournalEntry } from '../../sim/world/journal.ts';

const start = (at: number, key = 'start'): Happening => ({
  at,
  who: 'ECS',
  tone: 'plain',
  text: `a task starts at ${at}`,
  key,
  count: 1,
  of: {},
  many: (all) => `${total(all)} tasks start`,
});

const plan = (at: number, fields: object): Line => ({
  at,
  level: 'info',
  message: 'plan',
  fields: { ...fields },
  process: 'interruption 1',
});

const texts = (happenings: readonly Happening[]) => rowsOf(happenings).map(({ text }) => text);

const names = ['cart', 'checkout', 'search'];
const tasks = (count: number) => `${count} task${count === 1 ? '' : 's'}`;
const lend = (name: string, count: number, inAll = count) =>
  `lend ${name} in prod ${tasks(count)} on Fargate Spot, ${inAll} in all: desired 20, ${20 - inAll} kept: ${count} are missing`;

describe('the timeline', () => {
  it('tells a few things one by one and many of a kind at once', () => {
    expect(texts([1, 2, 3].map((at) => start(at)))).toEqual([1, 2, 3].map((at) => `a task starts at ${at}`));
    expect(texts([1, 2, 3, 4].map((at) => start(at)))).toEqual(['4 tasks start']);
  });

  it('tells news in Slack, and only to who asks how a message was kept true', () => {
    const say = (why: string) =>
      plan(1, { actions: [`say in Slack: Spot storm in prod: incident eu-west-1 prod 1 ${why}`] });
    const lines = [say('is due'), say('says something else now')];
    expect(decisionHappenings(lines, false)).toHaveLength(1);
    expect(decisionHappenings(lines, true)).toHaveLength(2);
    const subject = 'C1';
    const told = ['Spot storm in prod', 'updated: Spot storm in prod', 'in the thread: it is over'].map(
      (text, at): JournalEntry => ({ at, region: 'eu-west-1', kind: 'slack-message', subject, text, data: {} }),
    );
    const shown = (verbose: boolean) => journalHappenings(told, verbose).map(({ text }) => text);
    expect(shown(false)).toEqual(['Spot storm in prod', 'in the thread: it is over']);
    expect(shown(true)).toHaveLength(3);
  });

  it('says until when a kind went on, and tells what comes much later apart', () => {
    const seconds = [0, 1, 2, 3, 60, 61, 62, 63];
    expect(texts(seconds.map((second) => start(second * 1000)))).toEqual([
      '4 tasks start (until 1970-01-01T00:00:03.000Z)',
      '4 tasks start (until 1970-01-01T00:01:03.000Z)',
    ]);
  });

  it('keeps kinds apart and in order of time', () => {
    const all = [5, 6, 7, 8].flatMap((at) => [start(at, 'a'), start(at - 1, 'b')]);
    expect(rowsOf(all).map(({ at, text }) => [at, text])).toEqual([
      [4, '4 tasks start'],
      [5, '4 tasks start'],
    ]);
  });

  it('tells what a few services are lent one by one, and what many are lent at once', () => {
    const few = plan(1, { actions: names.map((name, index) => lend(name, index + 1)) });
    expect(texts(decisionHappenings([few], false))).toEqual(names.map((name, index) => lend(name, index + 1)));
    const many = plan(2, { actions: [...names, 'images'].map((name) => lend(name, 10)) });
    expect(texts(decisionHappenings([many], false))).toEqual([
      'lend 40 tasks on Fargate Spot: 4 services, the first: desired 20, 10 kept: 10 are missing',
    ]);
    const back = names
      .concat('images')
      .map((name, index) => `take back ${tasks(index + 1)} of ${name} in prod from Fargate, 0 left: none`);
    expect(texts(decisionHappenings([plan(3, { actions: back })], false))).toEqual([
      'take back 10 tasks from Fargate: 4 services, the first: none',
    ]);
  });

  it('counts a lent task once, whichever passes decide on it within seconds', () => {
    const first = plan(1, { actions: names.map((name) => lend(name, 1)) });
    // One that sees the first task, and one that does not.
    const furthest = plan(2, { actions: names.map((name) => lend(name, 19, 20)) });
    const late = plan(3, { actions: names.map((name) => lend(name, 17)) });
    expect(texts(decisionHappenings([first, furthest, late], false))).toEqual([
      'lend 60 tasks on Fargate Spot: 3 services, the first: desired 20, 19 kept: 1 are missing',
    ]);
    const back = [4, 3, 2, 1, 0].map((left) =>
      plan(left, { actions: [`take back 1 task of cart in prod from Fargate, ${left} left: none is missing`] }),
    );
    expect(texts(decisionHappenings(back, false))).toEqual([
      'take back 5 tasks from Fargate: cart, the first: none is missing',
    ]);
  });

  it('tells a decision that is repeated within seconds once', () => {
    const stops = { actions: ['a', 'b'].map((id) => `stop task ${id} in prod: stuck`), andMore: 6 };
    const told = [...stops.actions, 'and 6 more actions of this plan'];
    const plans = [1, 2, 60].map((second) => plan(second * 1000, stops));
    expect(texts(decisionHappenings(plans, false))).toEqual([...told, ...told]);
    expect(decisionHappenings(plans, true)).toHaveLength(3 * told.length);
  });

  it('adds up the drains, stops and deregistrations of several plans', () => {
    const drains = [1, 2, 3, 4].map((at) => {
      const ids = Array.from({ length: 10 }, (_, n) => `i-0${at}${n}`).join(', ');
      return plan(at, {
        actions: [`drain ${ids} in prod: Spot interruption notice; nearest deadline 2026-08-14T09:03:0${at}.000Z`],
      });
    });
    const [row] = texts(decisionHappenings(drains, false));
    expect(row).toBe('drain 40 instances in prod: Spot interruption notice; nearest deadline 2026-08-14T09:03:01.000Z');
    const left = 'its targets have left the load balancer';
    const stops = plan(1, { actions: ['a', 'b', 'c', 'd'].map((id) => `stop task ${id} in prod: ${left}`) });
    expect(texts(decisionHappenings([stops], false))).toEqual([
      'stop 4 tasks in prod: their targets have left the load balancer',
    ]);
  });

  it('joins deregistrations over target groups, and leaves out a number that it cannot know', () => {
    const deregister = (at: number) =>
      plan(at, { actions: ['a', 'b', 'c', 'd'].map((name) => `deregister ${at} targets from ${name}: about to go`) });
    expect(texts(decisionHappenings([deregister(2)], false))).toEqual([
      'deregister 8 targets from 4 target groups: about to go',
    ]);
    // The 3 of the second plan may be those of the first and another one.
    expect(texts(decisionHappenings([deregister(2), deregister(3)], false))).toEqual([
      'deregister targets from 4 target groups: about to go',
    ]);
  });

  it('tells a note once, whatever its figures, and every warning', () => {
    const noted = (count: number) =>
      plan(count, { actions: [], notes: [`${count} tasks on i-0${count} are left alone`] });
    const warned: Line = { at: 9, level: 'warn', message: 'record dropped', fields: { n: 1 }, process: 'x' };
    expect(texts(decisionHappenings([noted(1), noted(2), warned], false))).toEqual([
      '1 tasks on i-01 are left alone',
      'warn: record dropped {"n":1}',
    ]);
  });

  it('breaks lines at spaces, and words that are longer than a line', () => {
    expect(wrapped('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapped('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapped('', 4)).toEqual(['']);
  });
});
