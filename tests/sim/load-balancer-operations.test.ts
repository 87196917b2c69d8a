import { describe, expect, test } from 'vitest';
import { smallAccount } from './small-account.ts';

const prod = (requestsPerSecond = 0) => {
  const world = smallAccount();
  const { region, call } = world;
  const cluster = region.createCluster({ name: 'prod' });
  const zones = ['eu-west-1a', 'eu-west-1b'].map((zone) => ({ type: 'm6i.large', zone }));
  region.createGroup({ name: 'spot', cluster, pools: zones, desired: 2 });
  const blue = region.createTargetGroup({ name: 'blue' });
  const green = region.createTargetGroup({ name: 'green' });
  const service = region.createService({ cluster, name: 'web', desired: 2, targetGroup: blue, requestsPerSecond });
  region.settle();
  const elb = (operation: string, input: object = {}) => call('elbv2', operation, input);
  return { ...world, service, blue, green, elb };
};

describe('load balancers', () => {
  test('are described with their listeners and rules', () => {
    const { elb, blue } = prod();
    const [balancer] = elb('DescribeLoadBalancers', { Names: ['blue'] }).LoadBalancers;
    expect(balancer).toMatchObject({ LoadBalancerArn: blue.loadBalancerArn, Type: 'application' });
    const [listener] = elb('DescribeListeners', { LoadBalancerArn: balancer.LoadBalancerArn }).Listeners;
    const weights = { TargetGroups: [{ TargetGroupArn: blue.arn, Weight: 1 }] };
    expect(listener.DefaultActions).toEqual([{ Type: 'forward', TargetGroupArn: blue.arn, ForwardConfig: weights }]);
    const { Rules } = elb('DescribeRules', { ListenerArn: listener.ListenerArn });
    expect(Rules).toMatchObject([{ IsDefault: true, Actions: [{ TargetGroupArn: blue.arn }] }]);
    expect(elb('DescribeRules', { RuleArns: [Rules[0].RuleArn] })).toEqual({ Rules });
    expect(() => elb('DescribeRules', { RuleArns: ['arn:red'] })).toThrow('One or more rules not found');
    const both = { RuleArns: [Rules[0].RuleArn], ListenerArn: listener.ListenerArn };
    expect(() => elb('DescribeRules', both)).toThrow('both a listener ARN and rule ARNs');
    expect(() => elb('DescribeLoadBalancers', { Names: ['red'] })).toThrow('not found');
    expect(() => elb('DescribeListeners', { LoadBalancerArn: 'arn:red' })).toThrow("Load balancer 'arn:red' not found");
    expect(() => elb('DescribeRules', { ListenerArn: 'arn:red' })).toThrow("Listener 'arn:red' not found");
  });

  test('send their traffic where ModifyListener says, and take no weights', async () => {
    const { elb, blue, green, runTo, service } = prod(10);
    await runTo(10);
    const [listener] = elb('DescribeListeners', { LoadBalancerArn: blue.loadBalancerArn }).Listeners;
    const forward = (...groups: { arn: string }[]) => ({
      ListenerArn: listener.ListenerArn,
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: { TargetGroups: groups.map(({ arn }) => ({ TargetGroupArn: arn, Weight: 1 })) },
        },
      ],
    });
    expect(() => elb('ModifyListener', forward(blue, green))).toThrow('not imitated');
    elb('ModifyListener', forward(green));
    await runTo(20);
    expect(service.facts.requestsDropped).toEqual({ 'no-healthy-target': 100 });
    elb('ModifyListener', forward(blue));
    await runTo(30);
    expect(service.facts.requestsDropped).toEqual({ 'no-healthy-target': 100 });
  });
});

describe('target groups', () => {
  test('are made with the defaults of AWS, changed and deleted', () => {
    const { elb } = prod();
    const [made] = elb('CreateTargetGroup', { Name: 'red', Protocol: 'HTTP', Port: 80, TargetType: 'ip' }).TargetGroups;
    const TargetGroupArn = made.TargetGroupArn;
    const delay = () => elb('DescribeTargetGroupAttributes', { TargetGroupArn }).Attributes[0].Value;
    expect(delay()).toBe('300');
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '20' }];
    elb('ModifyTargetGroupAttributes', { TargetGroupArn, Attributes });
    expect(delay()).toBe('20');
    elb('DeleteTargetGroup', { TargetGroupArn });
    expect(() => delay()).toThrow('not found');
  });

  test.each([
    ['a name that is taken', { Name: 'blue' }, 'already|exists'],
    ['a name with a dot', { Name: 'a.b' }, 'letters, numbers and hyphens'],
    ['no port', { Name: 'red', Port: undefined }, 'must be between 1 and 65535'],
    ['UDP', { Name: 'red', Protocol: 'UDP' }, 'not imitated'],
    ['Lambda targets', { Name: 'red', TargetType: 'lambda' }, 'not imitated'],
  ])('are not made with %s', (_, input, message) => {
    const { elb } = prod();
    expect(() => elb('CreateTargetGroup', { Port: 80, ...input })).toThrow(new RegExp(message));
  });

  test('refuse a delay above an hour', () => {
    const { elb, blue } = prod();
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '3601' }];
    expect(() => elb('ModifyTargetGroupAttributes', { TargetGroupArn: blue.arn, Attributes })).toThrow(
      'between 0 and 3600',
    );
  });

  test('that have traffic are not deleted', () => {
    const { elb, blue } = prod(1);
    expect(() => elb('DeleteTargetGroup', { TargetGroupArn: blue.arn })).toThrow('currently in use');
  });

  test('have tags', () => {
    const { elb, blue } = prod();
    const ResourceArns = [blue.arn];
    elb('AddTags', {
      ResourceArns,
      Tags: [
        { Key: 'team', Value: 'web' },
        { Key: 'old', Value: '' },
      ],
    });
    elb('RemoveTags', { ResourceArns, TagKeys: ['old'] });
    expect(elb('DescribeTags', { ResourceArns }).TagDescriptions).toEqual([
      { ResourceArn: blue.arn, Tags: [{ Key: 'team', Value: 'web' }] },
    ]);
    const twice = [
      { Key: 'a', Value: '1' },
      { Key: 'a', Value: '2' },
    ];
    expect(() => elb('AddTags', { ResourceArns, Tags: twice })).toThrow('unique');
  });
});

describe('a target that fails its health checks', () => {
  test('gets no requests, is told as unhealthy, and its task is replaced', async () => {
    const { region, service, blue, elb, runTo } = prod(10);
    const [task] = [...service.tasks.values()];
    await runTo(5);
    if (task) region.failHealthChecks(task, 600_000);
    const states = () =>
      elb('DescribeTargetHealth', { TargetGroupArn: blue.arn }).TargetHealthDescriptions.map(
        ({ TargetHealth }: { TargetHealth: { State: string; Reason?: string } }) =>
          TargetHealth.Reason ?? TargetHealth.State,
      );
    expect(states()).toContain('Target.FailedHealthChecks');
    await runTo(200);
    expect(task?.stoppedReason).toContain('failed ELB health checks');
    expect(states()).toEqual(['healthy', 'healthy']);
    expect(service.facts.requestsDropped).toEqual({});
  });

  test('gets requests all the same when every other target fails, too', async () => {
    const { region, service, runTo } = prod(10);
    await runTo(5);
    for (const task of service.tasks.values()) region.failHealthChecks(task, 2_000);
    await runTo(7);
    expect(service.facts.requestsDropped).toEqual({});
  });
});
