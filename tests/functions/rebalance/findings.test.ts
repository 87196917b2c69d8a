import { describe, expect, test } from 'vitest';
import { decideReview } from '../../../functions/rebalance/decide/review.ts';
import type { Leaving, ReviewView } from '../../../functions/rebalance/decide/view.ts';
import type { MixedPolicy, ScalingGroup } from '../../../shared/model/offerings.ts';
import { actionsIn, type Plan } from '../../../shared/plan/action.ts';
import { ACCOUNT, aContext, aPolicy, REGION } from '../../given.ts';
import { catalogueOf, demandOf, pricesOf, typeOf, zones } from '../../shared/core/offerings/market.ts';
import { aGroup, aRegion, aReview, OFFERED, OWN } from './review-given.ts';

const reviewed = (view: Partial<ReviewView>): Plan =>
  decideReview(aReview({ group: aGroup(OFFERED), ...view }), aRegion(), aContext());

const launching = (changes: Partial<MixedPolicy>, types: readonly string[] = OFFERED): ScalingGroup => {
  const { launch, ...group } = aGroup(types);
  if (launch.by !== 'policy') throw new Error('the group has a policy');
  return { ...group, launch: { ...launch, policy: { ...launch.policy, ...changes } } };
};

const REPORT = aPolicy({ rebalance: 'report', minPools: 6 });

const provider = { name: 'spot', group: 'prod-spot', managedScaling: false, managedDraining: true };

const leaving = (given: Partial<Leaving> = {}): Leaving => ({
  service: 'web',
  targetGroup: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/web-tg/0123456789abcdef`,
  deregistrationSeconds: 60,
  stopSeconds: 30,
  ...given,
});

const weights = (weight: number | undefined) => OFFERED.map((type) => ({ type, weight, own: false }));

/** Six types of which instances with a trunk hold ten awsvpc tasks instead of two. */
const awsvpc = { cpu: 128, memory: 512, interfaces: 1 } as const;
const oneMember = {
  members: [
    {
      instanceId: 'i-1',
      type: 'm5.large',
      zone: 'eu-west-1a',
      lifecycle: 'InService',
      healthy: true,
      protectedFromScaleIn: false,
    },
  ],
};

describe('a group is told', () => {
  test.each<[string, Partial<ReviewView>, string]>([
    [
      'that its Spot strategy fills the pools that EC2 takes back first',
      { group: launching({ spotStrategy: 'lowest-price' }) },
      'prod-spot has the Spot strategy lowest-price, which fills the pools that EC2 takes back first: set ' +
        'price-capacity-optimized',
    ],
    [
      'that it buys no Spot Instances, since AWS’s default says so',
      { group: launching({ onDemandPercentage: 100, percentageUnset: true }) },
      "prod-spot has OnDemandPercentageAboveBaseCapacity at 100, AWS's default, and buys no Spot Instances: set it to 0, " +
        'or tag the group spotkeeper:rebalance=off if that is meant',
    ],
    [
      'that it is in one zone only',
      { group: aGroup(OFFERED, { zones: ['eu-west-1a'] }) },
      'prod-spot is in one zone only, eu-west-1a, and goes with it: give it subnets in other zones',
    ],
    [
      'which of its zones have few pools, where spotkeeper may not add any',
      { group: aGroup(OWN), policy: REPORT },
      'prod-spot has fewer than the 6 pools of spotkeeper:min-pools, 2 in eu-west-1a, 2 in eu-west-1b, 2 in eu-west-1c: ' +
        'name more instance types, or tag it spotkeeper:rebalance=on',
    ],
    [
      'that EC2 offers few of its types in one zone, where spotkeeper finds no others',
      { catalogue: thinIn('eu-west-1c') },
      'prod-spot has fewer than the 6 pools of spotkeeper:min-pools, 5 in eu-west-1c: name more instance types',
    ],
    [
      'that a type is too small for a task',
      { demand: demandOf({ memory: 8_000 }) },
      'prod-spot should not run m5.large: a task of web needs 8000 MiB of memory, m5.large has beside the daemons 7700',
    ],
    [
      'that instances of a type that is too small for a task run on',
      { demand: demandOf({ memory: 8_000 }), group: aGroup(OFFERED, oneMember) },
      'prod-spot should not run m5.large: a task of web needs 8000 MiB of memory, m5.large has beside the daemons 7700; ' +
        'instances of it that run stay, until an instance refresh',
    ],
    [
      'that T types hold few tasks of network mode awsvpc',
      { group: aGroup([...OFFERED, 't3.large']), catalogue: withBurstable(), demand: demandOf(awsvpc) },
      'prod-spot runs t3.large with tasks of network mode awsvpc, as those of web: T types hold few of them and know no ' +
        'trunking: name types of other families',
    ],
    [
      'that trunking would make room for three times the tasks',
      { group: aGroup(OFFERED, oneMember), demand: demandOf(awsvpc) },
      'prod-spot has no ENI trunking, and m5.large holds 2 tasks of network mode awsvpc instead of 10: set the account ' +
        'setting awsvpcTrunking, then replace the instances, for it counts when they register',
    ],
    [
      'that tasks behind a load balancer leave after their instance',
      { leaving: [leaving({ deregistrationSeconds: 300 })] },
      'prod-spot runs tasks of web that take up to 330 s to leave, longer than a Spot notice of 120 s (target group web-tg: ' +
        'deregistration delay 300 s; stop timeout 30 s): set deregistration_delay.timeout_seconds to 60 or less',
    ],
    [
      'that a stop timeout leaves a load balancer no time',
      { leaving: [leaving({ stopSeconds: 110 })] },
      'prod-spot runs tasks of web that take up to 170 s to leave, longer than a Spot notice of 120 s (target group web-tg: ' +
        'deregistration delay 60 s; stop timeout 110 s): set the stop timeout below 90 s, and ' +
        'deregistration_delay.timeout_seconds to what it leaves',
    ],
    [
      'that it is drained twice',
      { provider, drainsByAgent: true },
      'prod-spot is drained by managed draining of capacity provider spot and by its agents, each with calls of its own: ' +
        'take ECS_ENABLE_SPOT_INSTANCE_DRAINING=true out of the user data',
    ],
    [
      'that its capacity provider counts instances, not weights',
      { provider, group: launching({ overrides: weights(2).slice(0, 1) }), policy: aPolicy({ minPools: 1 }) },
      'prod-spot has instance weights (m5.large 2) behind capacity provider spot, which counts instances: take ' +
        'WeightedCapacity out',
    ],
    [
      'that Capacity Rebalancing needs a termination hook',
      { endsUnhooked: true },
      'prod-spot has Capacity Rebalancing on and no termination hook: Auto Scaling ends the old instance with its tasks as ' +
        'soon as the new one is in service: add the lifecycle hook spotkeeper-drain, or managed draining',
    ],
    [
      'that managed scaling needs Capacity Rebalancing',
      { provider: { ...provider, managedScaling: true } },
      'prod-spot is scaled by capacity provider spot and has Capacity Rebalancing off: instances that EC2 recommends to ' +
        'move off stay until their notice: turn it on',
    ],
  ])('%s', (_, view, sentence) => {
    expect(reviewed(view).notes).toContain(sentence);
  });

  test('once', () => {
    const view = { leaving: [leaving({ deregistrationSeconds: 300 })] };
    const [guard] = reviewed(view).guards;
    if (guard?.next.is !== 'choice') throw new Error('no choice is remembered');
    expect(reviewed({ ...view, choice: guard.next }).notes).toEqual([]);
  });

  test('that a type is too small also where its types are left as they are', () => {
    const { notes } = reviewed({ refreshing: true, demand: demandOf({ memory: 8_000 }) });
    expect(notes.filter((note) => note.includes('should not run m5.large'))).toHaveLength(1);
  });
});

describe('nothing is told of a group', () => {
  test.each<[string, Partial<ReviewView>]>([
    ['that is as it should be', {}],
    ['that only reports', { policy: REPORT }],
    ['whose tasks leave just in time', { leaving: [leaving({ deregistrationSeconds: 90 })] }],
    ['that only its agents drain', { provider: { ...provider, managedDraining: false }, drainsByAgent: true }],
    ['that only its capacity provider drains', { provider }],
    [
      'that managed scaling scales, with Capacity Rebalancing',
      { provider: { ...provider, managedScaling: true }, group: aGroup(OFFERED, { capacityRebalance: true }) },
    ],
    [
      'whose instances have trunks',
      { group: aGroup(OFFERED, oneMember), demand: { ...demandOf(awsvpc), trunking: true } },
    ],
    [
      'whose instances hold no more tasks with trunks, for they have no CPU left',
      { group: aGroup(OFFERED, oneMember), demand: demandOf({ ...awsvpc, cpu: 1_024 }) },
    ],
    ['that has no instances that could have trunks', { demand: demandOf(awsvpc) }],
    [
      'that runs T types for tasks without interfaces of their own',
      {
        group: aGroup([...OFFERED, 't3.large']),
        catalogue: withBurstable(),
        prices: pricesOf([...OFFERED, 't3.large'], 0.5),
      },
    ],
  ])('%s', (_, view) => {
    expect(reviewed(view).notes).toEqual([]);
  });

  test('with few pools, while spotkeeper adds some', () => {
    const plan = reviewed({ group: aGroup(OWN) });
    expect(actionsIn(plan).map((action) => action.do)).toEqual(['set-overrides']);
    expect(plan.notes).toEqual([]);
  });

  test('with few pools where EC2 offers none of its types: that is what is told', () => {
    const { notes } = reviewed({ group: aGroup(['x1.odd']) });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('EC2 offers none of them (x1.odd)');
  });
});

function thinIn(zone: string) {
  const { types, zones: offered } = catalogueOf(OFFERED.map((type) => typeOf(type)));
  const elsewhere = new Set(zones.filter((one) => one !== zone));
  return { types, zones: new Map([...offered, ['m8i.large', elsewhere] as const]) };
}

function withBurstable() {
  return catalogueOf([...OFFERED.map((type) => typeOf(type)), typeOf('t3.large', { burstable: true })]);
}
