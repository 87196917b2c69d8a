import { describe, expect, test } from 'vitest';
import { zones } from '../small-account.ts';
import { policyOf, withTemplate } from './grouped.ts';

const allSpot = { OnDemandPercentageAboveBaseCapacity: 0 };

/** A group of one instance whose launch fails, with the events and activities of it. */
const failing = (
  types: readonly string[],
  prepare: (world: ReturnType<typeof withTemplate>) => void,
  distribution: object = allSpot,
) => {
  const world = withTemplate();
  prepare(world);
  const group = world.created(policyOf(types, distribution), { DesiredCapacity: 1 });
  const messages = () =>
    world
      .eventsOf('EC2 Instance Launch Unsuccessful')
      .map(({ detail }) => (detail as { StatusMessage: string }).StatusMessage);
  return { ...world, group, messages };
};

const dry = (types: readonly string[]) => (world: ReturnType<typeof withTemplate>) => {
  for (const type of types) for (const zone of zones) world.region.setAvailable({ type, zone }, false);
};

describe('a launch that fails', () => {
  test('for lack of Spot capacity of one type says what EC2 answered', () => {
    const { messages } = failing(['m6i.large'], dry(['m6i.large']));
    expect(messages()).toEqual([
      'Could not launch Spot Instances. InsufficientInstanceCapacity - There is no Spot capacity available that matches your request. Launching EC2 instance failed.',
    ]);
  });

  test('for lack of Spot capacity of all its types is unfulfillable', () => {
    const { messages } = failing(['m6i.large', 'm5.large'], dry(['m6i.large', 'm5.large']));
    expect(messages()).toEqual([
      'Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration. Please adjust your request and try again. Launching EC2 instance failed.',
    ]);
  });

  test('for a quota names it', () => {
    const limit = (world: ReturnType<typeof withTemplate>) => world.region.parts.fleet.quotas.setLimit('L-34B43A08', 0);
    const { messages } = failing(['m6i.large'], limit);
    expect(messages()).toEqual([
      'Could not launch Spot Instances. MaxSpotInstanceCountExceeded - Max spot instance count exceeded. Launching EC2 instance failed.',
    ]);
  });

  test('On-Demand says so', () => {
    const close = (world: ReturnType<typeof withTemplate>) => {
      for (const zone of zones) world.region.parts.fleet.setOnDemandAvailable({ type: 'm6i.large', zone }, false);
    };
    const { messages } = failing(['m6i.large'], close, {});
    expect(messages()[0]).toMatch(
      /^Could not launch On-Demand Instances\. InsufficientInstanceCapacity - We currently do not have sufficient m6i\.large/,
    );
  });

  test('leads to the next pool when only one is dry', () => {
    const { group, messages } = failing(['m6i.large', 'm5.large'], dry(['m6i.large']));
    expect([...group.instances.values()].map(({ ec2 }) => ec2.type)).toEqual(['m5.large']);
    expect(messages()).toEqual([]);
  });

  test('is tried again at growing intervals, and listed as an activity each time', async () => {
    const { events, asg, runTo } = failing(['m6i.large'], dry(['m6i.large']));
    await runTo(900);
    const times = events
      .filter((event) => event['detail-type'] === 'EC2 Instance Launch Unsuccessful')
      .map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(gaps[0]).toBeLessThan(41_000);
    expect(gaps[3]).toBeGreaterThan(150_000);
    const { Activities } = asg('DescribeScalingActivities', { AutoScalingGroupName: 'web' });
    expect(Activities).toHaveLength(times.length);
    expect(Activities[0]).toMatchObject({ StatusCode: 'Failed', Progress: 100 });
    expect(JSON.parse(Activities[0].Details)).toHaveProperty('Availability Zone');
  });

  test('is tried at once when somebody changes the group', async () => {
    const { asg, group, region, runTo } = failing(['m6i.large'], dry(['m6i.large']));
    await runTo(500);
    for (const zone of zones) region.setAvailable({ type: 'm6i.large', zone }, true);
    asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 2 });
    expect(group.spread.total).toBe(2);
  });
});

describe('a suspended process', () => {
  test('Launch launches nothing until it is resumed', () => {
    const { asg, created } = withTemplate();
    const group = created(policyOf(['m6i.large']), { DesiredCapacity: 1 });
    const processes = { AutoScalingGroupName: 'web', ScalingProcesses: ['Launch'] };
    asg('SuspendProcesses', processes);
    asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 3 });
    expect(group.spread.total).toBe(1);
    const { AutoScalingGroups } = asg('DescribeAutoScalingGroups', {});
    expect(AutoScalingGroups[0].SuspendedProcesses).toMatchObject([{ ProcessName: 'Launch' }]);
    asg('ResumeProcesses', processes);
    expect(group.spread.total).toBe(3);
  });

  test('Terminate ends nothing', () => {
    const { asg, created } = withTemplate();
    const group = created(policyOf(['m6i.large']));
    asg('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Terminate'] });
    asg('SetDesiredCapacity', { AutoScalingGroupName: 'web', DesiredCapacity: 1 });
    expect(group.spread.total).toBe(6);
    expect(() => asg('SuspendProcesses', { AutoScalingGroupName: 'web', ScalingProcesses: ['Sleep'] })).toThrow(
      'Invalid scaling process name: Sleep',
    );
  });
});

describe('LaunchInstances', () => {
  const request = { AutoScalingGroupName: 'web', RequestedCapacity: 2, AvailabilityZones: [zones[1]] };

  test('answers with what it launched, and raises the desired capacity', () => {
    const { asg, created } = withTemplate();
    const group = created(policyOf(['m6i.large'], allSpot), { DesiredCapacity: 0 });
    const answer = asg('LaunchInstances', { ...request, ClientToken: 'a' });
    expect(answer.Instances).toMatchObject([
      { InstanceType: 'm6i.large', MarketType: 'spot', AvailabilityZone: zones[1] },
    ]);
    expect(answer.Instances[0].InstanceIds).toHaveLength(2);
    expect(group.desired).toBe(2);
    expect(asg('LaunchInstances', { ...request, ClientToken: 'a' })).toEqual(answer);
    expect(() => asg('LaunchInstances', { ...request, RequestedCapacity: 3, ClientToken: 'a' })).toThrow(
      'used with other parameters',
    );
    expect(group.desired).toBe(2);
  });

  test('answers with the error of a dry pool at once, and does not try again unless asked to', () => {
    const world = withTemplate();
    dry(['m6i.large'])(world);
    const group = world.created(policyOf(['m6i.large'], allSpot), { DesiredCapacity: 0 });
    const answer = world.asg('LaunchInstances', request);
    expect(answer.Instances).toEqual([]);
    expect(answer.Errors).toMatchObject([{ ErrorCode: 'InsufficientInstanceCapacity', AvailabilityZone: zones[1] }]);
    expect(group.desired).toBe(0);
    world.asg('LaunchInstances', { ...request, RetryStrategy: 'retry-with-group-configuration' });
    expect(group.desired).toBe(2);
  });

  test('needs a zone in a group of several', () => {
    const { asg, created } = withTemplate();
    created(policyOf(['m6i.large']));
    expect(() => asg('LaunchInstances', { ...request, AvailabilityZones: undefined })).toThrow('must be specified');
    expect(() => asg('LaunchInstances', { ...request, RequestedCapacity: 15 })).toThrow('exceed the maximum size');
  });
});
