import {
  DescribeScalableTargetsCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetProductsCommand } from '@aws-sdk/client-pricing';
import { GetServiceQuotaCommand } from '@aws-sdk/client-service-quotas';
import { describe, expect, test } from 'vitest';
import { clientsOf, settle } from './clients.ts';
import { pools, regionName, smallAccount } from './small-account.ts';

const account = () => {
  const world = smallAccount();
  const cluster = world.region.createCluster({ name: 'prod' });
  world.region.createGroup({ name: 'spot', cluster, pools, desired: 3 });
  const service = world.region.createService({ cluster, name: 'web', desired: 2 });
  world.region.settle();
  const clients = clientsOf(world.account.endpoint);
  const run = <T>(work: Promise<T>) => settle(world.account.clock, work);
  return { ...world, service, ...clients, run };
};

const ofService = {
  ServiceNamespace: 'ecs',
  ScalableDimension: 'ecs:service:DesiredCount',
  ResourceId: 'service/prod/web',
} as const;

describe('every simulated account', () => {
  test('has a price list for its regions, asked at an endpoint of the price list', async () => {
    const { account: sim, run } = account();
    const { pricing } = clientsOf(sim.endpoint, 'test', 'us-east-1');
    const filters = [
      ['instanceType', 'm6i.large'],
      ['regionCode', regionName],
    ].map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
    const { PriceList } = await run(
      pricing.send(new GetProductsCommand({ ServiceCode: 'AmazonEC2', Filters: filters })),
    );
    expect(PriceList).toHaveLength(1);
    expect(String(PriceList?.[0])).toContain('m6i.large');
  });

  test('tells its Fargate quotas, and the vCPU quotas of EC2 that were set', async () => {
    const { region, serviceQuotas, run } = account();
    region.parts.ecs.fargate.quotaVcpus.FARGATE_SPOT = 12;
    region.parts.fleet.quotas.setLimit('L-34B43A08', 64);
    const quota = async (ServiceCode: string, QuotaCode: string) =>
      (await run(serviceQuotas.send(new GetServiceQuotaCommand({ ServiceCode, QuotaCode })))).Quota?.Value;
    expect(await quota('fargate', 'L-36FBB829')).toBe(12);
    expect(await quota('ec2', 'L-34B43A08')).toBe(64);
  });

  test('lets Application Auto Scaling change the desired count of a service, which ECS tells', async () => {
    const { account: sim, service, applicationAutoScaling, run, runTo, eventsOf } = account();
    await run(
      applicationAutoScaling.send(new RegisterScalableTargetCommand({ ...ofService, MinCapacity: 1, MaxCapacity: 4 })),
    );
    sim.applicationAutoScaling.scale({ region: regionName, resourceId: 'service/prod/web' }, 9);
    await runTo(120);
    expect(service.desired).toBe(4);
    expect(service.facts.running).toBe(4);
    expect(eventsOf('ECS Service Action')[0]?.detail).toMatchObject({
      eventName: 'SERVICE_DESIRED_COUNT_UPDATED',
      desiredCount: 4,
    });
    const { ScalableTargets } = await run(
      applicationAutoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'ecs' })),
    );
    expect(ScalableTargets).toMatchObject([{ ResourceId: 'service/prod/web', MaxCapacity: 4 }]);
  });

  test('has no event bus to ask before a stack is deployed', async () => {
    const { eventbridge, run } = account();
    await expect(run(eventbridge.send(new ListRulesCommand({})))).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});
