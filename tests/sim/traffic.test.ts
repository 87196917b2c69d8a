import { describe, expect, test } from 'vitest';
import { live, served } from './served.ts';

describe('traffic', () => {
  test('is lost while no target is healthy', async () => {
    const { region, service, runTo, dropped } = served({ service: { startMs: 30_000 } });
    for (const task of live(service)) region.interrupt(task.instance?.ec2InstanceId ?? '', { notice: false });
    await runTo(20);
    expect(dropped()['no-healthy-target']).toBeGreaterThan(100);
    expect(service.facts).toMatchObject({ minimumHealthy: 0, minimumRunning: 0 });
  });

  test('is counted and reported in the journal once a second', async () => {
    const { region, service, runTo, account } = served();
    for (const task of live(service)) region.interrupt(task.instance?.ec2InstanceId ?? '', { notice: false });
    await runTo(10);
    const reports = account.journal.entries.filter(({ kind }) => kind === 'requests-dropped');
    const sum = reports.reduce((total, { data }) => total + Number(data.count), 0);
    const { sent, dropped } = account.tally().requests();
    expect(sum).toBe(dropped);
    expect(sent).toBe(100);
    expect(new Set(reports.map(({ at }) => at)).size).toBe(10);
  });

  test('of 100,000 requests is dealt out evenly and without a drop', async () => {
    const { account, runTo } = served({ service: { requestsPerSecond: 10_000, requestMs: 50 } });
    await runTo(10);
    expect(account.tally().requests()).toEqual({ sent: 100_000, dropped: 0, byReason: {} });
  });
});

describe('target groups', () => {
  test('are described with attributes, targets by instance and port, and by load balancer', () => {
    const { region, call, cluster } = served();
    const group = region.createTargetGroup({ name: 'bridge', kind: 'network', targetType: 'instance' });
    const service = region.createService({ cluster, name: 'tcp', desired: 2, targetGroup: group });
    region.settle();
    const found = call('elbv2', 'DescribeTargetGroups', { LoadBalancerArn: group.loadBalancerArn }).TargetGroups;
    expect(found).toMatchObject([{ TargetGroupArn: group.arn, Protocol: 'TCP', TargetType: 'instance' }]);
    const { Attributes } = call('elbv2', 'DescribeTargetGroupAttributes', { TargetGroupArn: group.arn });
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '30' });
    const health = call('elbv2', 'DescribeTargetHealth', { TargetGroupArn: group.arn }).TargetHealthDescriptions;
    const expected = live(service).map((task) => ({
      Target: { Id: task.instance?.ec2InstanceId, Port: task.hostPorts.get(8_080) },
      TargetHealth: { State: 'healthy' },
    }));
    expect(health).toMatchObject(expected);
    expect(() => call('elbv2', 'DescribeTargetHealth', { TargetGroupArn: 'arn:none' })).toThrow('not found');
    expect(() => region.createService({ cluster, name: 'x', targetGroup: group, networkMode: 'awsvpc' })).toThrow(
      'awsvpc',
    );
  });

  test('take targets through the API: initial, healthy, and ignored when unknown', async () => {
    const { call, targetGroup, deregister, health, runTo } = served();
    const Targets = [{ Id: '10.9.9.9', Port: 8_080 }];
    call('elbv2', 'RegisterTargets', { TargetGroupArn: targetGroup.arn, Targets });
    expect(health(Targets)).toMatchObject([{ State: 'initial' }]);
    await runTo(30);
    expect(health(Targets)).toEqual([{ State: 'healthy' }]);
    expect(deregister([{ Id: '10.1.1.1', Port: 1 }])).toEqual({});
  });
});
