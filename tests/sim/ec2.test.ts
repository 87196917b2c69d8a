import { describe, expect, test } from 'vitest';
import { pools, smallAccount } from './small-account.ts';

const prod = () => {
  const world = smallAccount();
  const cluster = world.region.createCluster({ name: 'prod' });
  const ec2 = world.region.addInstance({ cluster, type: 'm6i.large', zone: 'eu-west-1a', tags: { Name: 'web' } });
  const job = world.region.runTask({ cluster, family: 'job' });
  world.region.settle();
  return { ...world, cluster, ec2, job };
};

describe('a Spot interruption', () => {
  test('is announced two minutes before the instance goes down with all its tasks', async () => {
    const { region, ec2, job, eventsOf, runTo, account } = prod();
    region.interrupt(ec2.id);
    expect(eventsOf('EC2 Spot Instance Interruption Warning')).toMatchObject([
      {
        at: account.clock.now(),
        source: 'aws.ec2',
        resources: [`arn:aws:ec2:eu-west-1a:instance/${ec2.id}`],
        detail: { 'instance-id': ec2.id, 'instance-action': 'terminate' },
      },
    ]);
    await runTo(119.9);
    expect([ec2.state, job.lastStatus]).toEqual(['running', 'RUNNING']);
    await runTo(120);
    expect(ec2.state).toBe('shutting-down');
    expect(job).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TerminationNotice',
      stoppedReason: `Host EC2 (instance ${ec2.id}) terminated.`,
      exitCode: 137,
    });
    await runTo(170);
    const states = eventsOf('EC2 Instance State-change Notification').map(({ detail }) => detail);
    expect(states).toMatchObject([{ state: 'shutting-down' }, { state: 'terminated' }]);
    expect(account.tally().tasks.killedWithoutSigterm).toMatchObject([{ taskArn: job.arn, waitedForTarget: false }]);
    const [facts] = account.tally().interrupted.values();
    expect(facts).toMatchObject({ cluster: 'prod', drainingAt: undefined });
    expect((facts?.reclaimedAt ?? 0) - (facts?.noticedAt ?? 0)).toBe(120_000);
  });

  test('can come without any notice', async () => {
    const { region, ec2, job, eventsOf, account } = prod();
    region.interrupt(ec2.id, { notice: false });
    expect([ec2.state, job.lastStatus]).toEqual(['shutting-down', 'STOPPED']);
    expect(eventsOf('EC2 Spot Instance Interruption Warning')).toEqual([]);
    expect([...account.tally().interrupted.values()]).toMatchObject([{ instanceId: ec2.id, noticedAt: undefined }]);
  });

  test('to hibernate gives no two minutes', () => {
    const { region, ec2, job, eventsOf } = prod();
    region.interrupt(ec2.id, { action: 'hibernate' });
    expect(eventsOf('EC2 Spot Instance Interruption Warning')).toMatchObject([
      { detail: { 'instance-action': 'hibernate' } },
    ]);
    expect([ec2.state, job.lastStatus]).toEqual(['stopping', 'STOPPED']);
    expect(job.stoppedReason).toBe(`Host EC2 (instance ${ec2.id}) stopped.`);
  });

  test('shows in the Spot request during the notice and as the state reason afterwards', async () => {
    const { region, ec2, call, runTo, account } = prod();
    const marked = (code: string) =>
      call('ec2', 'DescribeSpotInstanceRequests', { Filters: [{ Name: 'status-code', Values: [code] }] });
    expect(marked('marked-for-termination').SpotInstanceRequests).toEqual([]);
    region.interrupt(ec2.id);
    await runTo(10);
    expect(marked('marked-for-termination').SpotInstanceRequests).toMatchObject([
      { InstanceId: ec2.id, Status: { UpdateTime: new Date(account.clock.now() - 10_000) } },
    ]);
    await runTo(200);
    expect(marked('instance-terminated-no-capacity').SpotInstanceRequests).toHaveLength(1);
    const Filters = [{ Name: 'state-reason-code', Values: ['Server.SpotInstanceTermination'] }];
    expect(call('ec2', 'DescribeInstances', { Filters }).Reservations).toHaveLength(1);
    await runTo(200 + 3_600);
    expect(call('ec2', 'DescribeInstances', { Filters }).Reservations).toEqual([]);
  });

  test('of a pool takes its instances and closes it for replacements', () => {
    const { region } = smallAccount();
    const cluster = region.createCluster({ name: 'prod' });
    region.createGroup({ name: 'spot', cluster, pools, desired: 9 });
    const pool = { type: 'm6i.large', zone: 'eu-west-1b' };
    expect(region.interruptPool({ ...pool, count: 2 })).toHaveLength(2);
    expect(region.parts.fleet.available(pool)).toBe(false);
    expect(() => region.addInstance({ ...pool, booting: true })).toThrow('no Spot capacity');
    region.setAvailable(pool, true);
    expect(region.addInstance({ ...pool, booting: true }).state).toBe('pending');
  });
});

describe('other ends of an instance', () => {
  test('a recommendation to rebalance is only an event', async () => {
    const { region, ec2, eventsOf, runTo } = prod();
    region.recommendRebalance(ec2.id);
    expect(eventsOf('EC2 Instance Rebalance Recommendation')).toMatchObject([{ detail: { 'instance-id': ec2.id } }]);
    await runTo(600);
    expect(ec2.state).toBe('running');
  });

  test('a retirement is announced by AWS Health and stops the host at its time', async () => {
    const { region, ec2, job, eventsOf, runTo } = prod();
    region.retire(ec2.id, { inMs: 3_600_000 });
    expect(eventsOf('AWS Health Event')).toMatchObject([
      {
        source: 'aws.health',
        detail: {
          service: 'EC2',
          eventTypeCategory: 'scheduledChange',
          eventTypeCode: 'AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED',
          startTime: 'Fri, 14 Aug 2026 10:00:00 GMT',
          affectedEntities: [{ entityValue: ec2.id }],
        },
      },
    ]);
    await runTo(3_599);
    expect(job.lastStatus).toBe('RUNNING');
    await runTo(3_600);
    expect([ec2.state, job.lastStatus]).toEqual(['stopping', 'STOPPED']);
  });

  test('TerminateInstances ends instances as their owner does', async () => {
    const { ec2, call, runTo, account } = prod();
    const answer = call('ec2', 'TerminateInstances', { InstanceIds: [ec2.id] });
    expect(answer.TerminatingInstances).toMatchObject([
      { PreviousState: { Name: 'running' }, CurrentState: { Name: 'shutting-down' } },
    ]);
    await runTo(60);
    expect(ec2.stateReason?.code).toBe('Client.UserInitiatedShutdown');
    expect(account.tally().interrupted.size).toBe(0);
  });
});

describe('DescribeInstances', () => {
  test('fails as a whole for one unknown id, and not when it is a filter', () => {
    const { ec2, call } = prod();
    expect(() => call('ec2', 'DescribeInstances', { InstanceIds: [ec2.id, 'i-1'] })).toThrow("'i-1' does not exist");
    expect(() => call('ec2', 'DescribeInstances', { InstanceIds: ['i-1', 'i-2'] })).toThrow("'i-1, i-2' do not exist");
    const Filters = [{ Name: 'instance-id', Values: [ec2.id, 'i-1'] }];
    const [reservation] = call('ec2', 'DescribeInstances', { Filters }).Reservations;
    expect(reservation.Instances).toMatchObject([
      {
        InstanceId: ec2.id,
        InstanceLifecycle: 'spot',
        InstanceType: 'm6i.large',
        Placement: { AvailabilityZone: 'eu-west-1a' },
        State: { Name: 'running' },
      },
    ]);
  });

  test('filters by state, lifecycle and tag with wildcards, and refuses what it does not know', () => {
    const { ec2, call, region } = prod();
    region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a', spot: false });
    const ids = (...Filters: { Name: string; Values: string[] }[]): string[] =>
      call('ec2', 'DescribeInstances', { Filters }).Reservations.map(
        (reservation: { Instances: { InstanceId: string }[] }) => reservation.Instances[0]?.InstanceId,
      );
    expect(ids({ Name: 'instance-lifecycle', Values: ['spot'] })).toEqual([ec2.id]);
    expect(ids({ Name: 'tag:Name', Values: ['w*'] })).toEqual([ec2.id]);
    expect(ids({ Name: 'instance-state-name', Values: ['running', 'pending'] })).toHaveLength(2);
    expect(ids({ Name: 'instance-state-name', Values: ['stopped'] })).toEqual([]);
    expect(() => ids({ Name: 'colour', Values: ['blue'] })).toThrow("'colour' is invalid");
  });

  test('has pages', () => {
    const { region, call } = prod();
    for (let n = 0; n < 11; n += 1) region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a' });
    const first = call('ec2', 'DescribeInstances', { MaxResults: 5 });
    expect(first.Reservations).toHaveLength(5);
    const second = call('ec2', 'DescribeInstances', { MaxResults: 10, NextToken: first.NextToken });
    expect(second.Reservations).toHaveLength(7);
    expect(second.NextToken).toBeUndefined();
    expect(() => call('ec2', 'DescribeInstances', { MaxResults: 4 })).toThrow('between 5 and 1000');
  });
});
