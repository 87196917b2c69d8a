import { describe, expect, test } from 'vitest';
import { at, instanceId } from '../../given.ts';
import { launchIn, REGION } from '../../shared/aws/rebalance-shop.ts';
import { ports } from './ports-lab.ts';
import { aHost, aMember, anOpen, aReplacing, decided, names, only, written } from './replace-given.ts';

const NEW = instanceId(7);
const members = [1, 2, 3, 4, 5, 6].map((n) => aMember(n));
const came = (n: number) => aMember(n, { type: 'm6i.large', launchedAt: at(-90) });
const old = anOpen();
const token = `${old.instanceId}-${old.begunAt}`;

describe('a launch that is known to have brought nothing', () => {
  const answers = new Map([[token, []]]);

  test('has raised nothing: one that somebody else asked for meanwhile is left to them', () => {
    const replacing = aReplacing([{ ...old, begunAt: at(-180) }]);
    const given = { members: [...members, came(7)], group: { desired: 7 }, replacing };
    const known = new Map([[`${old.instanceId}-${at(-180)}`, []]]);
    const plan = decided({ ...given, answers: known, hosts: [aHost(1), aHost(7)], fits: new Set([instanceId(1)]) });
    expect(names(plan)).toEqual([]);
    expect(written(plan)).toMatchObject({ open: [], desiredBefore: undefined });
  });

  test('has nothing lowered for it where EC2 took the old instance', () => {
    const gone = { members: members.slice(1), group: { desired: 7 }, replacing: aReplacing([old]) };
    expect(only(decided({ ...gone }), 'lower-desired')).toHaveLength(1);
    expect(only(decided({ ...gone, answers }), 'lower-desired')).toEqual([]);
  });
});

describe('the desired capacity that was lowered', () => {
  const lowered = aReplacing([{ ...old, successor: NEW, loweringFrom: 7 }]);
  const given = { members: [...members.slice(1), came(7)], group: { desired: 7 }, replacing: lowered };

  test('is lowered again where nobody knows whether it was', () => {
    expect(only(decided(given), 'lower-desired')).toHaveLength(1);
  });

  test('is not where the call was answered: somebody else raised it by one since', () => {
    const plan = decided({ ...given, answers: new Map([[`${token}-lower`, []]]) });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toEqual([]);
    expect(plan.notes).toEqual([]);
  });
});

describe('of two instances that came in the same second', () => {
  const given = { members: [...members, came(7), came(8)], group: { desired: 8 }, hosts: [aHost(7), aHost(8)] };
  const successor = (launched: number, open = old) => {
    const answers = new Map([[`${open.instanceId}-${open.begunAt}`, [instanceId(launched)]]]);
    const plan = decided({ ...given, replacing: aReplacing([open], { desiredBefore: 7 }), answers });
    return plan.guards.length === 0 ? undefined : written(plan).open[0]?.successor;
  };

  test('the one that our call launched is the successor', () => {
    expect([successor(7), successor(8)]).toEqual([instanceId(7), instanceId(8)]);
  });

  test('another one is for three minutes no successor, then ours is lost', () => {
    expect(successor(9)).toBeUndefined();
    expect(successor(9, { ...old, begunAt: at(-181) })).toBe(NEW);
  });
});

test('what came of a launch and of a lowering is remembered, and read again', async () => {
  const { read, act, run, group, first } = ports();
  const before = new Set(group.instances.keys());
  await run(act['launch-replacement'](launchIn('eu-west-1b')));
  const lower = { for: ['record'], region: REGION, because: 'it went by itself', group: 'web', token: 'token-2' };
  await run(act['lower-desired']({ ...lower, do: 'lower-desired', from: 5 }));
  await run(act['lower-desired']({ ...lower, do: 'lower-desired', from: 9, token: 'token-3' }));
  const [launched] = [...group.instances.keys()].filter((id) => !before.has(id));
  expect(launched).not.toBe(first);
  expect((await run(read.answers('web'))).map(({ call, instances }) => [call, instances])).toEqual([
    ['token-1', [launched]],
    ['token-2', []],
  ]);
  expect(await run(read.answers('other'))).toEqual([]);
});
