import { describe, expect, test } from 'vitest';
import { decideReview } from '../../../functions/rebalance/decide/review.ts';
import type { ReviewView } from '../../../functions/rebalance/decide/view.ts';
import type { Choice } from '../../../shared/model/rebalance-records.ts';
import { actionsIn, type Plan } from '../../../shared/plan/action.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aContext, aPolicy } from '../../given.ts';
import { catalogueOf, pricesOf, typeOf } from '../../shared/core/offerings/market.ts';
import { aChoice, aGroup, aRegion, aReview, hoursAgo, OFFERED, OWN } from './review-given.ts';

const reviewed = (view: Partial<ReviewView> = {}, policy: Partial<Policy> = {}): Plan =>
  decideReview(aReview(view), aRegion(), aContext(undefined, policy));

const typesSet = (plan: Plan): readonly string[] =>
  actionsIn(plan).flatMap((action) => (action.do === 'set-overrides' ? [action.types.join(' ')] : []));

const remembered = (plan: Plan): Choice => {
  const [guard] = plan.guards;
  if (guard?.next.is !== 'choice') throw new Error('no choice is remembered');
  return guard.next;
};

const WIDER = OFFERED.join(' ');
const ours = { types: OFFERED, from: OWN, changedAt: hoursAgo(5) };

describe('a group that runs too few pools', () => {
  test('is given types of like size, its own first', () => {
    const [types] = typesSet(reviewed());
    expect(types?.split(' ').slice(0, 2)).toEqual(OWN);
    expect(types?.split(' ').toSorted()).toEqual(OFFERED.toSorted());
  });

  test('has what it had before remembered with what it is given, before the call', () => {
    const choice = remembered(reviewed());
    expect(choice.own).toEqual(OWN);
    expect(choice.from).toEqual(OWN);
    expect(choice.types.toSorted()).toEqual(OFFERED.toSorted());
    expect(choice.confirmed).toBe(false);
  });

  test.each<[string, Partial<ReviewView>, Partial<Policy>]>([
    ['only told so with spotkeeper:rebalance=report', { policy: aPolicy({ rebalance: 'report' }) }, {}],
    ['only told so in observe mode', { policy: aPolicy({ rebalance: 'on', mode: 'observe' }) }, {}],
  ])('is %s, and once', (_, view, policy) => {
    const plan = reviewed(view, policy);
    expect(typesSet(plan)).toEqual([]);
    expect(plan.notes.join()).toMatch(/prod-spot would get .*m7i\.large/);
    const again = reviewed({ ...view, choice: remembered(plan) }, policy);
    expect(again.notes).toEqual([]);
  });
});

test('a Graviton type with an image of its own stays in the list, whatever the image of the others', () => {
  const arm = typeOf('m6g.large', { architectures: ['arm64'] });
  const group = aGroup([...OWN, arm.type]);
  if (group.launch.by !== 'policy') throw new Error('the group has no policy');
  const overrides = group.launch.policy.overrides.map((one) => ({ ...one, own: one.type === arm.type }));
  const launch = { ...group.launch, policy: { ...group.launch.policy, overrides } };
  const plan = reviewed({
    group: { ...group, launch },
    catalogue: catalogueOf([...OFFERED.map((type) => typeOf(type)), arm]),
    prices: pricesOf([...OFFERED, arm.type], 0.5),
  });
  expect(typesSet(plan)[0]).toContain('m6g.large');
  expect(plan.notes.join()).not.toContain('m6g.large');
});

describe('a list of types that spotkeeper set', () => {
  test('is confirmed once it is seen', () => {
    const plan = reviewed({ group: aGroup(OFFERED), choice: aChoice(ours) });
    expect(typesSet(plan)).toEqual([]);
    expect(remembered(plan)).toMatchObject({ confirmed: true, own: OWN, types: OFFERED });
  });

  test('is set again while it is not there', () => {
    const plan = reviewed({ choice: aChoice({ ...ours, changedAt: hoursAgo(0.1) }) });
    expect(typesSet(plan)).toEqual([WIDER]);
    expect(remembered(plan)).toMatchObject({ from: OWN, changedAt: hoursAgo(0.1) });
  });

  test('is given up when ten minutes of calls changed nothing', () => {
    const plan = reviewed({ choice: aChoice(ours) });
    expect(typesSet(plan)).toEqual([]);
    expect(plan.notes.join()).toContain('did not take');
    expect(remembered(plan).types).toEqual([]);
  });

  test('is not set again when somebody set it back, and how to prevent that is told', () => {
    const plan = reviewed({ choice: aChoice({ ...ours, confirmed: true }) });
    expect(typesSet(plan)).toEqual([]);
    expect(plan.notes.join()).toContain('ignore_changes = [mixed_instances_policy[0].launch_template[0].override]');
    const later = reviewed({ choice: { ...remembered(plan), reviewedAt: hoursAgo(1) } });
    expect(typesSet(later)).toEqual([]);
    expect(later.notes).toEqual([]);
  });

  test('gives way to a list that its owner sets afterwards, which is the new own one', () => {
    const undone = aChoice({ undone: WIDER });
    const plan = reviewed({ group: aGroup(['m6i.large']), choice: undone });
    expect(remembered(plan)).toMatchObject({ own: ['m6i.large'], undone: undefined });
    expect(typesSet(plan)[0]).toMatch(/^m6i\.large /);
  });

  test('does not change again within changeMinutes', () => {
    const settled = aChoice({ types: OWN, from: [], confirmed: true });
    expect(typesSet(reviewed({ choice: { ...settled, changedAt: hoursAgo(0.9) } }))).toEqual([]);
    expect(typesSet(reviewed({ choice: { ...settled, changedAt: hoursAgo(1.1) } }))).toEqual([WIDER]);
  });

  test('does not change a second time when nothing else has', () => {
    expect(typesSet(reviewed({ group: aGroup(OFFERED), choice: aChoice({ ...ours, confirmed: true }) }))).toEqual([]);
  });
});

describe('the types of a group stay as they are', () => {
  const policyLaunch = aGroup().launch;
  if (policyLaunch.by !== 'policy') throw new Error('the group has a policy');
  const overrides = (one: object) => ({
    ...policyLaunch,
    policy: { ...policyLaunch.policy, overrides: [{ type: 'm5.large', weight: undefined, own: false, ...one }] },
  });
  const template = { id: 'lt-1', name: undefined, version: '1' };

  test.each<[string, Partial<ReviewView>, RegExp]>([
    ['it has a launch configuration', { group: aGroup(OWN, { launch: { by: 'configuration' } }) }, /launch template/],
    [
      'it has no mixed-instances policy',
      { group: aGroup(OWN, { launch: { by: 'template', template } }) },
      /convert-groups=on/,
    ],
    ['it names attributes', { group: aGroup(OWN, { launch: overrides({ type: undefined }) }) }, /by attributes/],
    ['it has weights', { group: aGroup(OWN, { launch: overrides({ weight: 2 }) }) }, /weights/],
    ['its process Launch is suspended', { group: aGroup(OWN, { suspended: ['Launch'] }) }, /Launch is suspended/],
    ['an instance refresh is under way', { refreshing: true }, /instance refresh/],
    ['EC2 tells of no types', { catalogue: catalogueOf([]) }, /no instance types/],
    ['EC2 offers none of them in its zones', { group: aGroup(['x1.odd']) }, /x1\.odd/],
  ])('where %s, which is told', (_, view, told) => {
    const plan = reviewed(view);
    expect(actionsIn(plan)).toEqual([]);
    expect(plan.notes.join('\n')).toMatch(told);
    expect(plan.notes.join('\n')).toContain('prod-spot');
  });

  test('where prices are missing: nothing is dropped for it, and it is told', () => {
    const plan = reviewed({ prices: { spot: new Map(), onDemand: new Map() } });
    expect(typesSet(plan)).toEqual([]);
    expect(plan.notes.join()).toMatch(/no Spot price of m5\.large, m5a\.large/);
  });
});

test('a group of one launch template is given a policy where that is allowed', () => {
  const template = { id: 'lt-1', name: undefined, version: '1' };
  const plan = reviewed({
    group: aGroup([], { launch: { by: 'template', template } }),
    templateType: 'm5.large',
    policy: aPolicy({ rebalance: 'on', convertGroups: 'on' }),
  });
  const [action] = actionsIn(plan);
  expect(action).toMatchObject({ do: 'set-overrides', converts: true, from: ['m5.large'] });
});

test('what is wrong with a group is kept for the reports, and what was put right is not', () => {
  const launch = aGroup().launch;
  if (launch.by !== 'policy') throw new Error('the group has a policy');
  const lowest = { ...launch, policy: { ...launch.policy, spotStrategy: 'lowest-price' } };
  const choice = remembered(reviewed({ group: aGroup(OWN, { launch: lowest }) }));
  expect(choice.findings).toEqual([expect.stringContaining('prod-spot has the Spot strategy lowest-price')]);
  const told = remembered(reviewed({ group: aGroup(OWN, { launch: lowest }), choice }));
  expect(told.findings).toEqual(choice.findings);
  expect(remembered(reviewed({ choice: told })).findings).toEqual([]);
});
