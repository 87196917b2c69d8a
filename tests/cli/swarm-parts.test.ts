import { describe, expect, it } from 'vitest';
import { Draw } from '../../cli/swarm/draw.ts';
import { Excuses } from '../../cli/swarm/excuses.ts';
import type { HappenedFault } from '../../sim/faults/happened.ts';

describe('a draw', () => {
  const items = ['a', 'b', 'c', 'd'];

  it('is the same for the same seed, entity and name, and another for another', () => {
    const drawn = (seed: number, entity: string, name: string) => {
      const draw = new Draw(seed, entity);
      return Array.from({ length: 8 }, () => draw.whole(name, 0, 999));
    };
    expect(drawn(1, 'cluster', 'size')).toEqual(drawn(1, 'cluster', 'size'));
    for (const other of [drawn(2, 'cluster', 'size'), drawn(1, 'story', 'size'), drawn(1, 'cluster', 'type')])
      expect(other).not.toEqual(drawn(1, 'cluster', 'size'));
  });

  it('changes nothing for other names', () => {
    const [plain, more] = [new Draw(1, 'cluster'), new Draw(1, 'cluster')];
    more.chance('new', 0.5);
    expect(more.whole('size', 0, 999)).toBe(plain.whole('size', 0, 999));
  });

  it('gives both ends of a range, and every item', () => {
    const draw = new Draw(3, 'story');
    expect(new Set(Array.from({ length: 100 }, () => draw.whole('n', 2, 4)))).toEqual(new Set([2, 3, 4]));
    expect(new Set(Array.from({ length: 100 }, () => draw.pick('item', items)))).toEqual(new Set(items));
    expect(draw.some('some', items, 9).sort()).toEqual(items);
    expect(new Set(draw.some('some', items, 2)).size).toBe(2);
  });

  it('refuses to pick from nothing', () => {
    expect(() => new Draw(1, 'story').pick('item', [])).toThrow('nothing to pick item from');
  });
});

describe('what faults excuse', () => {
  const START = 1_000_000;
  const fault = (kind: string, seconds: number, more: Partial<HappenedFault> = {}): HappenedFault => ({
    at: START + seconds * 1_000,
    kind,
    target: '',
    rate: 0.1,
    ...more,
  });
  const excused = (happened: readonly HappenedFault[], plan = {}) =>
    new Excuses(plan, { happened, startMs: START }).excuseMs(START + 100_000, START + 200_000, 'i-1');

  it('is nothing where nothing happened, or only before and after', () => {
    expect(excused([])).toBe(0);
    expect(excused([fault('throttling', 60), fault('throttling', 201)])).toBe(0);
  });

  it('adds up what each may have cost', () => {
    expect(excused([fault('throttling', 110)])).toBe(2_000);
    expect(excused([fault('slow', 110, { delayMs: 800 }), fault('kill', 120)])).toBe(2_800 + 30_000);
    expect(excused([fault('duplicate', 110)])).toBe(0);
  });

  it('counts a lost event only for what it is about', () => {
    expect(excused([fault('lost', 110, { resources: ['arn:aws:ec2:eu-west-1:1:instance/i-1'] })])).toBe(70_000);
    expect(excused([fault('lost', 110, { resources: ['i-2'] })])).toBe(0);
  });

  it('counts what is left of an outage, whatever number of calls it struck', () => {
    const plan = { calls: [{ fault: 'unavailable', service: 'ecs', fromMs: 90_000, toMs: 130_000 }] } as const;
    const struck = [105, 106, 107].map((second) => {
      const { rate: _, ...outage } = fault('unavailable', second);
      return outage;
    });
    expect(excused(struck, plan)).toBe(30_000 + 30_000);
  });

  it('tells how much older than it seems a read may be', () => {
    const happened = [
      fault('stale', 110, { delayMs: 5_000 }),
      fault('throttling', 111),
      fault('kill', 112),
      fault('stale', 130, { delayMs: 5_000 }),
    ];
    const excuses = new Excuses({}, { happened, startMs: START });
    expect(excuses.lagMs(START + 105_000, START + 120_000)).toBe(5_000 + 2_000);
    expect(excuses.lagMs(START + 140_000, START + 150_000)).toBe(0);
  });

  it('tells whether a call was struck between two instants', () => {
    const excuses = new Excuses({}, { happened: [fault('kill', 110)], startMs: START });
    expect(excuses.happened(['kill'], START + 109_000, START + 111_000)).toBe(true);
    expect(excuses.happened(['stale'], START + 109_000, START + 111_000)).toBe(false);
    expect(excuses.happened(['kill'], START + 111_000, START + 112_000)).toBe(false);
  });
});
