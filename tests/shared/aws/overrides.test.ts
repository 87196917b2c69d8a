import type { MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import { describe, expect, test } from 'vitest';
import { setOverrides } from '../../../shared/aws/overrides.ts';
import type { Ending } from '../../../shared/aws/write-outcome.ts';
import { AwsError } from '../../../sim/service.ts';
import { type Options, rebalanceShop, setTypes, TYPES, ZONES } from './rebalance-shop.ts';

function shop(options: Options = {}) {
  const made = rebalanceShop(options);
  const set = (action: ReturnType<typeof setTypes>) =>
    made.outcome(action, (): Promise<Ending> => setOverrides(made.rebalance.autoscaling, action));
  return { ...made, set };
}

/** A group whose policy says what it says. */
const withPolicy = (policy: MixedInstancesPolicy, desired = 1) => {
  const made = shop();
  Object.assign(made.group, { policy, desired });
  return made;
};

const templateOf = ({ templates }: ReturnType<typeof shop>, data = {}) =>
  templates.create({ name: 'other', data: { InstanceType: 'm5.large', ...data } });

describe('the instance types of a group', () => {
  test('are changed alone: the rest of its policy is what it was, and its instances stay', async () => {
    const { set, policy, group } = shop();
    const before = await policy();
    const instances = [...group.instances.keys()];
    expect(await set(setTypes(TYPES, ['r6i.large', 'm6i.large']))).toMatchObject({ result: 'done' });
    const { LaunchTemplateName: _, ...template } = before?.LaunchTemplate?.LaunchTemplateSpecification ?? {};
    expect(await policy()).toEqual({
      LaunchTemplate: {
        LaunchTemplateSpecification: template,
        Overrides: [{ InstanceType: 'r6i.large' }, { InstanceType: 'm6i.large' }],
      },
      InstancesDistribution: before?.InstancesDistribution,
    });
    expect([...group.instances.keys()]).toEqual(instances);
  });

  test('keep the launch template and the image that one of them has of its own', async () => {
    const made = shop();
    const { id, name } = templateOf(made);
    const own = {
      InstanceType: 'm5.large',
      LaunchTemplateSpecification: { LaunchTemplateId: id, LaunchTemplateName: name, Version: '1' },
    };
    const main = made.group.policy?.LaunchTemplate?.LaunchTemplateSpecification;
    made.group.policy = {
      LaunchTemplate: {
        LaunchTemplateSpecification: main,
        Overrides: [{ InstanceType: 'm6i.large', ImageId: 'ami-0123456789abcdef0' }, own],
      },
      InstancesDistribution: { OnDemandPercentageAboveBaseCapacity: 0 },
    };
    await made.set(setTypes(['m6i.large', 'm5.large'], ['m5.large', 'r6i.large', 'm6i.large']));
    expect((await made.policy())?.LaunchTemplate?.Overrides).toEqual([
      { InstanceType: 'm5.large', LaunchTemplateSpecification: { LaunchTemplateId: id, Version: '1' } },
      { InstanceType: 'r6i.large' },
      { InstanceType: 'm6i.large', ImageId: 'ami-0123456789abcdef0' },
    ]);
  });

  test('are left as they are where one would lose a launch template of its own', async () => {
    const made = shop();
    const { id } = templateOf(made);
    const main = made.group.policy?.LaunchTemplate?.LaunchTemplateSpecification;
    const own = { InstanceType: 'm6g.large', LaunchTemplateSpecification: { LaunchTemplateId: id, Version: '1' } };
    const Overrides = [{ InstanceType: 'm5.large' }, own];
    made.group.policy = { LaunchTemplate: { LaunchTemplateSpecification: main, Overrides } };
    const outcome = await made.set(setTypes(['m5.large', 'm6g.large'], ['m5.large', 'm6i.large']));
    expect(outcome).toMatchObject({ result: 'failed', retry: false, error: expect.stringContaining('m6g.large') });
    expect(made.calls('UpdateAutoScalingGroup')).toEqual([]);
  });

  test('that are as wanted already need no call', async () => {
    const { set, calls } = shop();
    expect(await set(setTypes(['t3.large'], TYPES))).toMatchObject({ result: 'already' });
    expect(calls('UpdateAutoScalingGroup')).toEqual([]);
  });

  test('that somebody changed meanwhile are left alone, and the message says what they are', async () => {
    const { set, calls } = shop();
    expect(await set(setTypes(['m6i.large'], ['r6i.large']))).toMatchObject({
      result: 'failed',
      retry: false,
      error:
        'web: its instance types are m6i.large, m5.large, c6i.xlarge, not m6i.large as planned: somebody changed them, they are left alone',
    });
    expect(calls('UpdateAutoScalingGroup')).toEqual([]);
  });

  test.each([
    { why: 'none at all', types: [] },
    { why: 'more than 40', types: Array.from({ length: 41 }, (_, n) => `m6i.${n}xlarge`) },
    { why: 'one twice', types: ['m6i.large', 'm6i.large'] },
  ])('are never set to $why', async ({ types }) => {
    const { rebalance, run, calls } = shop();
    const setting = run(setOverrides(rebalance.autoscaling, setTypes(TYPES, types)));
    await expect(setting).rejects.toThrow('1 to 40 different types are allowed');
    expect(calls('UpdateAutoScalingGroup')).toEqual([]);
  });

  test('chosen by attributes are left alone', async () => {
    const main = { LaunchTemplateName: 'web-template' };
    const InstanceRequirements = { VCpuCount: { Min: 2 }, MemoryMiB: { Min: 4_096 } };
    const { set } = withPolicy({
      LaunchTemplate: { LaunchTemplateSpecification: main, Overrides: [{ InstanceRequirements }] },
    });
    expect(await set(setTypes([], ['r6i.large']))).toMatchObject({
      error: 'web: its instance types are chosen by attributes: they are left alone',
    });
  });

  test('with weights get no type whose weight nobody said, but may lose one', async () => {
    const made = shop();
    const { policy } = made.group;
    const Overrides = ['m6i.large', 'c6i.xlarge'].map((InstanceType, n) => ({
      InstanceType,
      WeightedCapacity: String(n + 1),
    }));
    made.group.policy = { ...policy, LaunchTemplate: { ...policy?.LaunchTemplate, Overrides } };
    const has = ['m6i.large', 'c6i.xlarge'];
    expect(await made.set(setTypes(has, [...has, 'r6i.large']))).toMatchObject({
      retry: false,
      error: 'web: its instance types have weights, and what weight r6i.large should have is not ours to say',
    });
    expect(await made.set(setTypes(has, ['c6i.xlarge']))).toMatchObject({ result: 'done' });
  });

  test('that only the launch template names become a list', async () => {
    const made = shop();
    const { policy } = made.group;
    made.group.policy = { ...policy, LaunchTemplate: { ...policy?.LaunchTemplate, Overrides: [] } };
    expect(await made.set(setTypes(['m6i.large'], ['m6i.large', 'm5.large']))).toMatchObject({ result: 'done' });
    const overrides = (await made.policy())?.LaunchTemplate?.Overrides;
    expect(overrides).toEqual([{ InstanceType: 'm6i.large' }, { InstanceType: 'm5.large' }]);
  });

  test('of a group that is gone need no change', async () => {
    const { set } = shop();
    expect(await set({ ...setTypes(TYPES, ['r6i.large']), group: 'gone' })).toMatchObject({ result: 'gone' });
  });

  test('of a busy group are set later, and the message says that it is busy', async () => {
    const error = new AwsError('ResourceContention', 'You already have a pending update', 500);
    const { set } = shop({
      lab: {
        faults: ({ operation }) => (operation === 'UpdateAutoScalingGroup' ? { error, when: 'before' } : undefined),
      },
    });
    const outcome = await set(setTypes(TYPES, ['r6i.large']));
    expect(outcome).toMatchObject({ result: 'failed', retry: true });
    expect(outcome).toHaveProperty('error', expect.stringContaining('web is busy with another change, try later'));
  });
});

describe('a group of one launch template', () => {
  const single = (data = {}) => {
    const made = shop();
    const { id, name } = templateOf(made, data);
    const template = { LaunchTemplateId: id, LaunchTemplateName: name, Version: '$Latest' };
    Object.assign(made.group, { policy: undefined, template, zones: ZONES });
    return { ...made, id };
  };

  test('is left alone unless it may be converted', async () => {
    const { set } = single();
    expect(await set(setTypes(['m5.large'], ['m5.large', 'm6i.large']))).toMatchObject({
      retry: false,
      error: 'web: it has no mixed-instances policy, so it has no list of instance types',
    });
  });

  test('gets a policy with the same template and more types, all On-Demand as before', async () => {
    const { set, policy, id } = single();
    expect(await set(setTypes(['m5.large'], ['m5.large', 'm6i.large'], true))).toMatchObject({ result: 'done' });
    expect(await policy()).toEqual({
      LaunchTemplate: {
        LaunchTemplateSpecification: { LaunchTemplateId: id, Version: '$Latest' },
        Overrides: [{ InstanceType: 'm5.large' }, { InstanceType: 'm6i.large' }],
      },
      InstancesDistribution: {
        OnDemandAllocationStrategy: 'prioritized',
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: 100,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    });
    expect(await set(setTypes(['m5.large'], ['m5.large', 'm6i.large'], true))).toMatchObject({ result: 'already' });
  });

  test('whose template asks for Spot Instances is refused by Auto Scaling, in its words', async () => {
    const { set } = single({ InstanceMarketOptions: { MarketType: 'spot' } });
    const outcome = await set(setTypes(['m5.large'], ['m5.large', 'm6i.large'], true));
    expect(outcome).toMatchObject({ result: 'failed', retry: false });
    expect(outcome).toHaveProperty('error', expect.stringContaining('Add a different launch template'));
  });
});
