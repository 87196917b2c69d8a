import {
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type RegisterScalableTargetCommandInput,
} from '@aws-sdk/client-application-auto-scaling';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scaledCount } from '../../../sim/application-auto-scaling/scalable-target.ts';
import { ApplicationAutoScaling } from '../../../sim/application-auto-scaling/service.ts';
import { VirtualClock } from '../../../sim/clock.ts';
import { Endpoint } from '../../../sim/endpoint.ts';
import { keyedRandom } from '../../../sim/random.ts';
import { clientsOf, REGION, settle } from '../clients.ts';

const web = {
  ServiceNamespace: 'ecs',
  ResourceId: 'service/prod/web',
  ScalableDimension: 'ecs:service:DesiredCount',
} as const;
const api = { ...web, ResourceId: 'service/prod/api' };
const tracking = {
  ...web,
  PolicyName: 'cpu',
  PolicyType: 'TargetTrackingScaling',
  TargetTrackingScalingPolicyConfiguration: { TargetValue: 60 },
} as const;

const scaling = (desired = 4) => {
  const counts = new Map([web, api].map(({ ResourceId }) => [`${REGION} ${ResourceId}`, desired]));
  const service = new ApplicationAutoScaling({
    get: ({ region, resourceId }) => counts.get(`${region} ${resourceId}`),
    set: ({ region, resourceId }, count) => counts.set(`${region} ${resourceId}`, count),
  });
  const clock = new VirtualClock(Date.UTC(2026, 7, 14));
  const endpoint = new Endpoint({ clock, random: keyedRandom(1), services: [service], account: '123456789012' });
  const { applicationAutoScaling: client } = clientsOf(endpoint);
  const run = <T>(work: Promise<T>): Promise<T> => settle(clock, work);
  return {
    client,
    run,
    register: (input: Partial<RegisterScalableTargetCommandInput> = {}) =>
      run(client.send(new RegisterScalableTargetCommand({ ...web, MinCapacity: 2, MaxCapacity: 8, ...input }))),
    targets: (input = {}) =>
      run(client.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs', ...input }))),
    policies: () => run(client.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'ecs' }))),
    put: () => run(client.send(new PutScalingPolicyCommand(tracking))),
    count: () => counts.get(`${REGION} ${web.ResourceId}`),
    personSets: (count: number) => counts.set(`${REGION} ${web.ResourceId}`, count),
    scale: (wanted: number) => service.scale({ region: REGION, resourceId: web.ResourceId }, wanted),
  };
};

describe('a scalable target', () => {
  it('is described as it was registered', async () => {
    const { register, targets } = scaling();
    const { ScalableTargetARN } = await register();
    const { ScalableTargets } = await targets();
    expect(ScalableTargets).toMatchObject([{ ...web, MinCapacity: 2, MaxCapacity: 8, ScalableTargetARN }]);
  });

  it('keeps what a later registration leaves out', async () => {
    const { register, targets, client, run } = scaling();
    await register();
    await run(client.send(new RegisterScalableTargetCommand({ ...web, MaxCapacity: 20 })));
    expect((await targets()).ScalableTargets).toMatchObject([{ MinCapacity: 2, MaxCapacity: 20 }]);
  });

  it.each([
    [1, 2],
    [4, 4],
    [9, 8],
  ])('brings a desired count of %i within its limits', async (desired, expected) => {
    const { register, count } = scaling(desired);
    await register();
    expect(count()).toBe(expected);
  });

  it('scales within its limits', async () => {
    const { register, scale, count } = scaling();
    await register();
    expect(scale(100)).toBe(8);
    expect(count()).toBe(8);
    expect(scale(0)).toBe(2);
  });

  it('leaves a service that a person put under its minimum alone until it scales out', async () => {
    const { register, scale, personSets } = scaling();
    await register();
    personSets(1);
    expect(scale(0)).toBe(1);
    expect(scale(2)).toBe(2);
  });

  it('does not scale out while that is suspended', async () => {
    const { register, scale } = scaling();
    await register({ SuspendedState: { DynamicScalingOutSuspended: true } });
    expect(scale(6)).toBe(4);
    expect(scale(3)).toBe(3);
  });

  it('only moves in the direction that is wanted, and only to where the limits allow', () => {
    const count = fc.integer({ min: 0, max: 50 });
    fc.assert(
      fc.property(count, count, count, count, (a, b, current, wanted) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const result = scaledCount({ min, max, suspended: {} }, current, wanted);
        expect(wanted >= current ? result >= current : result <= current).toBe(true);
        if (result !== current) expect(result >= min && result <= max).toBe(true);
      }),
    );
  });

  it('is gone with its policies once it is deregistered', async () => {
    const { register, put, targets, policies, client, run } = scaling();
    await register();
    await put();
    await run(client.send(new DeregisterScalableTargetCommand(web)));
    expect((await targets()).ScalableTargets).toEqual([]);
    expect((await policies()).ScalingPolicies).toEqual([]);
  });

  it('comes in pages', async () => {
    const { register, targets } = scaling();
    await register();
    await register(api);
    const first = await targets({ MaxResults: 1 });
    const second = await targets({ MaxResults: 1, NextToken: first.NextToken });
    expect([first, second].map(({ ScalableTargets }) => ScalableTargets?.map((target) => target.ResourceId))).toEqual([
      ['service/prod/web'],
      ['service/prod/api'],
    ]);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    ['a service that does not exist', { ResourceId: 'service/prod/none' }, 'ValidationException'],
    ['a resource id without cluster', { ResourceId: 'service/web' }, 'ValidationException'],
    ['a maximum below the minimum', { MaxCapacity: 1 }, 'ValidationException'],
    ['a negative minimum', { MinCapacity: -1 }, 'ValidationException'],
    ['a new target without maximum', { MaxCapacity: undefined }, 'ValidationException'],
    ['another dimension', { ScalableDimension: 'dynamodb:table:ReadCapacityUnits' as const }, 'NotImplemented'],
  ])('is refused for %s', async (_, input, name) => {
    await expect(scaling().register(input)).rejects.toMatchObject({ name });
  });
});

describe('a scaling policy', () => {
  it('is described as it was put, and replaced under the same ARN', async () => {
    const { register, put, policies } = scaling();
    await register();
    const { PolicyARN } = await put();
    await put();
    expect((await policies()).ScalingPolicies).toMatchObject([{ ...tracking, PolicyARN }]);
  });

  it('needs a registered target', async () => {
    await expect(scaling().put()).rejects.toMatchObject({ name: 'ObjectNotFoundException' });
  });

  it('can be deleted once', async () => {
    const { register, put, client, run } = scaling();
    await register();
    await put();
    const remove = () => run(client.send(new DeleteScalingPolicyCommand({ ...web, PolicyName: 'cpu' })));
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: 'ObjectNotFoundException' });
  });
});
