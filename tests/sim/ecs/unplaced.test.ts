import { describe, expect, test } from 'vitest';
import type { ServiceOptions } from '../../../sim/world/options.ts';
import { smallAccount } from '../small-account.ts';

/** A cluster of two instances in eu-west-1a. */
const prod = (accountOptions: Parameters<typeof smallAccount>[0] = {}) => {
  const world = smallAccount(accountOptions);
  const cluster = world.region.createCluster({ name: 'prod' });
  const pools = [{ type: 'm6i.large', zone: 'eu-west-1a' }];
  world.region.createGroup({ name: 'spot', cluster, pools, desired: 2 });
  const service = (options: Partial<ServiceOptions>) =>
    world.region.createService({ cluster, name: 'web', ...options });
  const messages = () =>
    world
      .call('ecs', 'DescribeServices', { cluster: 'prod', services: ['web'] })
      .services[0].events.map(({ message }: { message: string }) => message);
  return { ...world, cluster, service, messages };
};

describe('a service finds no place', () => {
  test('because its subnets are in other zones than the instances: LOCATION', async () => {
    const { service, runTo, eventsOf, messages } = prod();
    service({ desired: 1, zones: ['eu-west-1b'] });
    await runTo(20);
    expect(messages()[0]).toContain('encountered error "LOCATION"');
    const [event] = eventsOf('ECS Service Action').filter(({ detail }) => JSON.stringify(detail).includes('LOCATION'));
    expect(event?.detail).toMatchObject({ eventName: 'SERVICE_TASK_PLACEMENT_FAILURE', reason: 'LOCATION' });
  });

  test('because each instance has one of its tasks: distinctInstance, not an empty cluster', async () => {
    const { service, runTo, messages } = prod();
    service({ desired: 3, constraints: [{ type: 'distinctInstance' }] });
    await runTo(20);
    expect(messages()[0]).toContain('encountered error "distinctInstance placement constraint unsatisfied."');
  });

  test('because network interfaces are short without awsvpcTrunking', async () => {
    const { service, runTo, messages, cluster } = prod({ ecsSettings: { awsvpcTrunking: 'disabled' } });
    service({ desired: 5, cpu: 64 });
    await runTo(20);
    expect(cluster.tasks.size).toBe(4);
    expect(messages()[0]).toContain('RESOURCE:ENI');
  });
});

describe('a deployment that may neither stop nor start tasks', () => {
  test('says so, once, until the percentages are changed', async () => {
    const { region, service, call, runTo, messages } = prod();
    const web = service({ desired: 2, minimumHealthyPercent: 100, maximumPercent: 100 });
    region.settle();
    call('ecs', 'UpdateService', { cluster: 'prod', service: 'web', forceNewDeployment: true });
    await runTo(60);
    const stuck = () => messages().filter((text: string) => text.includes('deployment configuration'));
    expect(stuck()).toEqual([
      '(service web) was unable to stop or start tasks during a deployment because of the service deployment configuration. Update the minimumHealthyPercent or maximumPercent value and try again.',
    ]);
    const deploymentConfiguration = { minimumHealthyPercent: 50, maximumPercent: 100 };
    call('ecs', 'UpdateService', { cluster: 'prod', service: 'web', deploymentConfiguration });
    await runTo(400);
    expect(web.deployments.map(({ rolloutState }) => rolloutState)).toEqual(['COMPLETED']);
    expect(stuck()).toHaveLength(1);
  });
});
