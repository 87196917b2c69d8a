import { describe, expect, it } from 'vitest';
import { EventBus } from '../../sim/delivery/bus.ts';
import { Sqs } from '../../sim/sqs/service.ts';
import { grouped, policyOf, withTemplate } from './autoscaling/grouped.ts';
import { expectLike, sample } from './event-samples.ts';
import { pools, regionName, smallAccount, zones } from './small-account.ts';

const spotOnly = { OnDemandPercentageAboveBaseCapacity: 0 };
const message = ([event]: readonly { detail: object }[]) =>
  (event?.detail as { StatusMessage?: string } | undefined)?.StatusMessage;
const statusMessage = (name: string) => String(sample(name).detail.StatusMessage);

const failedLaunch = (
  types: readonly string[],
  distribution: object,
  prepare: (world: ReturnType<typeof withTemplate>) => void,
) => {
  const world = withTemplate();
  prepare(world);
  world.created(policyOf(types, distribution), { DesiredCapacity: 1 });
  return world.eventsOf('EC2 Instance Launch Unsuccessful');
};

describe('the event of a launch that fails', () => {
  it('for lack of Spot capacity of all types is like its sample', () => {
    const events = failedLaunch(['m6i.large', 'm5.large'], spotOnly, ({ region }) => {
      for (const zone of zones) {
        for (const type of ['m6i.large', 'm5.large']) region.setAvailable({ type, zone }, false);
      }
    });
    expectLike(events, 'asg-launch-unsuccessful.spot-unfulfillable', { EC2InstanceId: '' });
    expect(message(events)).toBe(statusMessage('asg-launch-unsuccessful.spot-unfulfillable'));
  });

  it('for the Spot quota is like its sample', () => {
    const events = failedLaunch(['m6i.large'], spotOnly, ({ region }) => {
      region.parts.fleet.quotas.setLimit('L-34B43A08', 0);
    });
    expectLike(events, 'asg-launch-unsuccessful.max-spot-count', { EC2InstanceId: '' });
    expect(message(events)).toBe(statusMessage('asg-launch-unsuccessful.max-spot-count'));
  });

  it('for the vCPU limit is like its sample', () => {
    const events = failedLaunch(['m6i.16xlarge'], {}, ({ region }) => {
      region.parts.fleet.quotas.setLimit('L-1216C47A', 32);
    });
    expectLike(events, 'asg-launch-unsuccessful.vcpu-limit', { EC2InstanceId: '' });
    expect(message(events)).toBe(statusMessage('asg-launch-unsuccessful.vcpu-limit'));
  });

  it('for lack of On-Demand capacity is like its sample', () => {
    const world = withTemplate();
    const group = world.region.createGroup({
      name: 'one',
      pools: pools.slice(0, 1),
      desired: 0,
      spot: false,
      maxSize: 1,
    });
    world.region.parts.fleet.setOnDemandAvailable({ type: 'm6i.large', zone: zones[0] }, false);
    world.region.parts.autoScaling.setDesired(group, 1);
    const events = world.eventsOf('EC2 Instance Launch Unsuccessful');
    expectLike(events, 'asg-launch-unsuccessful.ondemand-ice', { EC2InstanceId: '' });
    // The sample is of a group without a mixed-instances policy: its message has no prefix.
    const prefix = 'Could not launch On-Demand Instances. InsufficientInstanceCapacity - ';
    expect(message(events)).toBe(prefix + statusMessage('asg-launch-unsuccessful.ondemand-ice'));
  });

  it('because the instance is lost before it is in service names it and the reason', async () => {
    const { group, region, eventsOf, runTo, asg } = grouped();
    region.parts.autoScaling.setDesired(group, 4);
    const fresh = [...group.instances.values()].at(-1)?.ec2.id ?? '';
    region.interrupt(fresh, { notice: false });
    await runTo(60);
    expect(eventsOf('EC2 Instance Launch Unsuccessful')).toMatchObject([
      {
        detail: {
          EC2InstanceId: fresh,
          StatusCode: 'Failed',
          StatusMessage:
            'Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: ' +
            'Server.SpotInstanceTermination: Spot instance termination',
        },
      },
    ]);
    const { Activities } = asg('DescribeScalingActivities', { AutoScalingGroupName: 'spot' });
    const codes = Activities.map(({ StatusCode }: { StatusCode: string }) => StatusCode);
    expect(codes).not.toContain('InProgress');
  });
});

describe('the events of lifecycle hooks', () => {
  const hook = {
    AutoScalingGroupName: 'spot',
    LifecycleHookName: 'warm',
    LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
    HeartbeatTimeout: 60,
    NotificationMetadata: 'note',
  };

  it('at a launch are like their sample', async () => {
    const { asg, region, group, events, runTo } = grouped();
    asg('PutLifecycleHook', hook);
    region.parts.autoScaling.setDesired(group, 4);
    await runTo(21);
    expectLike(events, 'asg-launch-lifecycle-action');
  });

  it('that abandon a launch are followed by the failure of the launch', async () => {
    const { asg, region, group, eventsOf, runTo } = grouped();
    asg('PutLifecycleHook', hook);
    region.parts.autoScaling.setDesired(group, 4);
    await runTo(21);
    const InstanceId = [...group.instances.keys()].at(-1);
    const named = { AutoScalingGroupName: 'spot', LifecycleHookName: 'warm', InstanceId };
    asg('CompleteLifecycleAction', { ...named, LifecycleActionResult: 'ABANDON' });
    const failed = eventsOf('EC2 Instance Launch Unsuccessful');
    expect(failed).toMatchObject([{ detail: { EC2InstanceId: InstanceId } }]);
    expect(message(failed)).toMatch(/ was abandoned: Lifecycle Action Completed with ABANDON Result$/);
  });
});

describe('a termination that EC2 refuses', () => {
  it('sends an event like its sample, and is tried again', async () => {
    const { region, group, events, eventsOf, runTo } = grouped();
    const { autoScaling } = region.parts;
    for (const id of group.instances.keys()) autoScaling.terminations.refuseNext(id, 'message-text');
    region.scaleIn(group);
    const victim = [...group.instances.values()].find(({ stays }) => !stays);
    expectLike(events, 'asg-terminate-unsuccessful', { EC2InstanceId: victim?.ec2.id });
    expect(message(eventsOf('EC2 Instance Terminate Unsuccessful'))).toBe('message-text');
    expect(victim?.ec2.state).toBe('running');
    await runTo(120);
    expect(victim?.ec2.state).toBe('terminated');
    expect(eventsOf('EC2 Instance Terminate Successful')).toHaveLength(1);
  });
});

describe('an instance refresh', () => {
  const named = { AutoScalingGroupName: 'spot' };
  const detailTypes = (events: readonly { 'detail-type': string; detail: object }[]) =>
    events.filter((event) => event['detail-type'].includes('Refresh'));

  it('sends an event when it starts and when it has succeeded', async () => {
    const { asg, events, runTo } = grouped();
    const { InstanceRefreshId } = asg('StartInstanceRefresh', named);
    await runTo(900);
    const detail = { InstanceRefreshId, AutoScalingGroupName: 'spot' };
    expect(detailTypes(events)).toMatchObject([
      { 'detail-type': 'EC2 Auto Scaling Instance Refresh Started', detail },
      { 'detail-type': 'EC2 Auto Scaling Instance Refresh Succeeded', detail },
    ]);
  });

  it('sends an event when it is cancelled', () => {
    const { asg, events } = grouped();
    asg('StartInstanceRefresh', named);
    asg('CancelInstanceRefresh', named);
    expect(detailTypes(events).at(-1)).toMatchObject({
      'detail-type': 'EC2 Auto Scaling Instance Refresh Cancelled',
    });
  });
});

describe('the events of an instance', () => {
  const one = () => {
    const world = smallAccount();
    const [pool] = pools as [(typeof pools)[number]];
    return { ...world, ec2: world.region.addInstance({ ...pool, booting: true }) };
  };

  it.each(['stop', 'hibernate'] as const)('at a notice to %s are like their sample', async (action) => {
    const { region, events, ec2, runTo } = one();
    await runTo(30);
    region.interrupt(ec2.id, { action });
    expectLike(events, `ec2-spot-interruption-warning.${action}`, { 'instance-action': action });
  });

  it.each(['pending', 'running', 'stopping', 'stopped'])('in the state %s are like their sample', async (state) => {
    const { region, events, ec2, runTo } = one();
    await runTo(30);
    region.retire(ec2.id, { inMs: 60_000 });
    await runTo(200);
    expectLike(events, `ec2-state-change.${state}`, { state });
  });

  it('when AWS Health announces the retirement of its host are like their sample', () => {
    const { region, events, ec2 } = one();
    region.retire(ec2.id);
    expectLike(events, 'health-ec2-scheduled-change');
  });
});

describe('a scheduled rule', () => {
  it('sends an event like its sample, envelope included', async () => {
    const { account } = smallAccount();
    const { clock, random } = account;
    const sqs = new Sqs({ clock });
    const place = { region: regionName, account: account.account };
    const queue = sqs.createQueue({ ...place, name: 'ticks' });
    const bus = new EventBus({ clock, random, sqs, ...place });
    const arn = 'arn:aws:events:eu-west-1:123456789012:rule/tick';
    const to = { arn: queue.options.arn, take: (body: string) => sqs.send(queue, body) };
    bus.addRule({ name: 'tick', arn, schedule: 'rate(1 minute)', enabled: true, targets: [{ to }] });
    await clock.run(clock.now() + 90_000);
    bus.stop();
    const [received] = queue.receive(1);
    const event = JSON.parse(received?.body ?? '{}');
    expectLike([event], 'scheduled-event');
    expect(Object.keys(event).sort()).toEqual(Object.keys(sample('scheduled-event')).sort());
    expect(event.resources).toEqual([arn]);
  });
});
