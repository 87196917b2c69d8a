import { describe, expect, test } from 'vitest';
import { countBy, createInput, policyOf, withTemplate } from './grouped.ts';

const webTemplate = { LaunchTemplateName: 'web', Version: '$Latest' };

describe('a group of one launch template', () => {
  const created = (data: object) => {
    const world = withTemplate();
    world.region.parts.fleet.templates.create({ name: 'plain', data: { InstanceType: 'c5.large', ...data } });
    const { MixedInstancesPolicy: _, ...input } = createInput(policyOf(['m6i.large']), { DesiredCapacity: 3 });
    world.asg('CreateAutoScalingGroup', { ...input, LaunchTemplate: { LaunchTemplateName: 'plain' } });
    const group = world.region.parts.autoScaling.groups.get('web');
    if (!group) throw new Error('the group was not created');
    return { ...world, group };
  };

  test('launches what the template says, On-Demand', () => {
    const { group } = created({});
    expect(countBy(group, ({ ec2 }) => `${ec2.type} ${ec2.spot ? 'Spot' : 'On-Demand'}`)).toEqual({
      'c5.large On-Demand': 3,
    });
  });

  test('launches Spot Instances when the template asks for them', () => {
    const { group } = created({ InstanceMarketOptions: { MarketType: 'spot' } });
    expect(countBy(group, ({ ec2 }) => (ec2.spot ? 'Spot' : 'On-Demand'))).toEqual({ Spot: 3 });
  });

  test('is refused as part of a policy when it asks for Spot Instances: the policy says what is Spot', () => {
    const { asg, created: make, region } = withTemplate();
    const { id } = region.parts.fleet.templates.create({
      name: 'spot',
      data: { InstanceMarketOptions: { MarketType: 'spot' } },
    });
    make(policyOf(['m6i.large']));
    const { LaunchTemplate: plan } = policyOf(['m6i.large']);
    const update = (changes: object) =>
      asg('UpdateAutoScalingGroup', {
        AutoScalingGroupName: 'web',
        MixedInstancesPolicy: { LaunchTemplate: { ...plan, ...changes } },
      });
    const own = { LaunchTemplateSpecification: { LaunchTemplateId: id, Version: '1' } };
    expect(() => update(own)).toThrow('You cannot use a launch template that is set to request Spot Instances');
    expect(() => update({ Overrides: [{ InstanceType: 'm6i.large', ...own }] })).toThrow(
      'set to request Spot Instances',
    );
  });

  test('words a failed launch without the prefix of mixed groups', () => {
    const { asg, region, eventsOf } = created({});
    for (const { name: zone } of region.parts.fleet.network.zones()) {
      region.parts.fleet.setOnDemandAvailable({ type: 'c5.large', zone }, false);
    }
    asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 4 });
    expect(eventsOf('EC2 Instance Launch Unsuccessful')).toMatchObject([
      { detail: { StatusMessage: expect.stringMatching(/^We currently do not have sufficient c5\.large capacity/) } },
    ]);
  });
});

describe('a template', () => {
  test('of an override is what instances of its type are launched from', () => {
    const { created, region } = withTemplate();
    const { id } = region.parts.fleet.templates.create({ name: 'arm', data: {} });
    const policy = policyOf([]);
    const arm = { InstanceType: 'm6g.large', LaunchTemplateSpecification: { LaunchTemplateId: id, Version: '1' } };
    const plan = { ...policy.LaunchTemplate, Overrides: [{ InstanceType: 'm6i.large' }, arm] };
    const group = created({ ...policy, LaunchTemplate: plan }, { DesiredCapacity: 2 });
    for (const { name: zone } of region.parts.fleet.network.zones()) {
      region.parts.fleet.setOnDemandAvailable({ type: 'm6i.large', zone }, false);
    }
    region.parts.autoScaling.setDesired(group, 4);
    expect(countBy(group, ({ ec2, template }) => `${ec2.type} ${template?.LaunchTemplateName}`)).toEqual({
      'm6i.large web': 2,
      'm6g.large arm': 2,
    });
  });

  test('is shown with the number of the version that an instance was launched from', () => {
    const { asg, call, created } = withTemplate();
    const group = created(policyOf(['m6i.large']), { DesiredCapacity: 1 });
    call('ec2', 'CreateLaunchTemplateVersion', { LaunchTemplateName: 'web', LaunchTemplateData: {} });
    asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 2 });
    expect(countBy(group, ({ template }) => template?.Version ?? '')).toEqual({ 1: 1, 2: 1 });
    expect(asg('DescribeAutoScalingGroups', {}).AutoScalingGroups[0].Instances[0].LaunchTemplate).toMatchObject({
      LaunchTemplateName: 'web',
      LaunchTemplateId: expect.stringMatching(/^lt-/),
      Version: '1',
    });
  });

  test('that gets another version changes what a group with $Latest launches next', () => {
    const { asg, call } = withTemplate();
    const { MixedInstancesPolicy: _, ...input } = createInput(policyOf([]), { DesiredCapacity: 1 });
    asg('CreateAutoScalingGroup', { ...input, LaunchTemplate: webTemplate });
    asg('CreateAutoScalingGroup', {
      ...input,
      AutoScalingGroupName: 'pinned',
      LaunchTemplate: { ...webTemplate, Version: '1' },
    });
    call('ec2', 'CreateLaunchTemplateVersion', {
      LaunchTemplateName: 'web',
      LaunchTemplateData: { InstanceType: 'c5.large' },
    });
    for (const AutoScalingGroupName of ['web', 'pinned']) {
      asg('SetDesiredCapacity', { AutoScalingGroupName, DesiredCapacity: 2 });
    }
    const types = asg('DescribeAutoScalingGroups', {}).AutoScalingGroups.map(
      ({ Instances }: { Instances: { InstanceType: string }[] }) => Instances.map(({ InstanceType }) => InstanceType),
    );
    expect(types).toEqual([
      ['m6i.large', 'c5.large'],
      ['m6i.large', 'm6i.large'],
    ]);
  });
});

describe('On-Demand Instances of several types', () => {
  test('are the cheapest with the strategy lowest-price', () => {
    const { created } = withTemplate();
    const group = created(
      policyOf(['m6i.2xlarge', 'm6i.large', 'm6i.xlarge'], { OnDemandAllocationStrategy: 'lowest-price' }),
    );
    expect(countBy(group, ({ ec2 }) => ec2.type)).toEqual({ 'm6i.large': 6 });
  });

  test('go by the price of a unit where types have weights', () => {
    const { created } = withTemplate();
    const policy = policyOf([], { OnDemandAllocationStrategy: 'lowest-price' });
    const Overrides = [
      { InstanceType: 'm6i.large', WeightedCapacity: '1' },
      { InstanceType: 'm6i.xlarge', WeightedCapacity: '3' },
    ];
    const group = created({ ...policy, LaunchTemplate: { ...policy.LaunchTemplate, Overrides } });
    expect(countBy(group, ({ ec2 }) => ec2.type)).toEqual({ 'm6i.xlarge': 2 });
  });
});
