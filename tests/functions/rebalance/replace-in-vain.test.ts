import { describe, expect, test } from 'vitest';
import { needsLook } from '../../../functions/rebalance/decide/needs-look.ts';
import type { OpenReplacement, Replacing } from '../../../shared/model/rebalance-records.ts';
import { at, instanceId, NOW } from '../../given.ts';
import {
  advised,
  aHost,
  aMember,
  anOpen,
  aReplace,
  aReplacing,
  begunBy,
  decided,
  type Given,
  names,
  only,
  written,
} from './replace-given.ts';
import { aRegion } from './review-given.ts';

const NEW = instanceId(7);
const SIX_HOURS = 6 * 3600;
const later: readonly (readonly [string, number, boolean])[] = [
  ['within six hours', SIX_HOURS - 1, false],
  ['after six hours', SIX_HOURS, true],
];

describe('an On-Demand instance whose successor is On-Demand, too', () => {
  const onDemand = { spot: false };
  const members = [aMember(1, onDemand), ...[2, 3, 4, 5, 6].map((n) => aMember(n))];
  const came = aMember(7, { ...onDemand, launchedAt: at(-90) });
  const grown: Given = {
    members: [...members, came],
    group: { desired: 7 },
    hosts: [aHost(1), aHost(7, { tasks: 0 })],
  };
  const open = (given: Partial<OpenReplacement> = {}) => aReplacing([anOpen({ why: 'on-demand', ...given })]);

  test('stays, and the new one is drained and ended in its place: that was no success', () => {
    const plan = decided({ ...grown, replacing: open(), fits: new Set([instanceId(1), NEW]) });
    expect(names(plan)).toEqual([]);
    expect(written(plan).open).toMatchObject([{ instanceId: NEW, successor: instanceId(1), drainedAt: undefined }]);
    expect(plan.notes.join()).toMatch(/is On-Demand, too/);
    const next = decided({ ...grown, replacing: written(plan), fits: new Set([NEW]) });
    expect(only(next, 'drain')[0]?.instances).toMatchObject([{ instanceId: NEW }]);
    const hosts = [aHost(1), aHost(7, { tasks: 0, status: 'DRAINING' })];
    const last = decided({ ...grown, hosts, replacing: written(next) });
    expect(only(last, 'terminate')).toMatchObject([{ instanceId: NEW, from: 'group' }]);
  });

  test('goes as begun where it left its group already', () => {
    const plan = decided({ ...grown, members: [...members.slice(1), came], replacing: open({ way: 'detach' }) });
    expect(written(plan).open).toEqual([]);
    expect(written(plan).vain).toMatchObject([{ of: 'on-demand' }]);
  });

  test('is gone with the notice that it got: then the new one is needed', () => {
    const plan = decided({ ...grown, replacing: open(), doomed: new Set([instanceId(1)]) });
    expect(written(plan).open).toMatchObject([{ instanceId: instanceId(1), successor: NEW }]);
  });

  test.each(later)('is not tried again %s', (_, seconds, begins) => {
    const replacing: Replacing = {
      ...aReplacing([], { lastAt: at(-3600) }),
      vain: written(decided({ ...grown, replacing: open() })).vain,
    };
    const view = aReplace({ members, replacing });
    expect(needsLook(view, aRegion(), at(seconds))).toBe(begins);
    const until = replacing.vain?.map(({ of, until }) => ({ of, until: at((until - NOW) / 1000 - seconds) }));
    expect(begunBy(decided({ members, replacing: { ...replacing, vain: until } }))).toHaveLength(Number(begins));
  });
});

describe('an instance that EC2 wants back, whose successor came into the same pool', () => {
  const members = [1, 2, 3, 4, 5, 6].map((n) => aMember(n));
  const came = aMember(7, { launchedAt: at(-90) });
  const grown: Given = { members: [...members, came], group: { desired: 7 }, hosts: [aHost(1), aHost(7)] };
  const seen = () => decided({ ...grown, replacing: aReplacing([anOpen()]), fits: new Set([instanceId(1)]) });

  test('goes all the same, which is told', () => {
    expect(names(seen())).toEqual(['drain']);
    expect(seen().notes.join()).toContain('into the same pool m5.large eu-west-1a');
    expect(written(seen()).vain).toEqual([{ of: NEW, until: at(SIX_HOURS) }]);
  });

  test.each(later)('has a successor that is not replaced itself %s', (_, seconds, begins) => {
    const vain = [{ of: instanceId(2), until: at(SIX_HOURS - seconds) }];
    const plan = decided({ members, replacing: aReplacing([], { vain }) }, { advices: advised(2) });
    expect(begunBy(plan)).toHaveLength(Number(begins));
    if (!begins) expect(plan.notes.join()).toContain('it came in the place of one of the same pool');
  });

  test('does not keep others of that pool from going, once each', () => {
    const vain = [{ of: instanceId(3), until: at(SIX_HOURS) }];
    expect(begunBy(decided({ members, replacing: aReplacing([], { vain }) }, { advices: advised(2) }))).toHaveLength(1);
  });

  test('is told once', () => {
    const first = seen();
    const again = decided({ ...grown, replacing: written(first), hosts: [aHost(1, { status: 'DRAINING' }), aHost(7)] });
    expect(again.notes).toEqual([]);
  });
});
