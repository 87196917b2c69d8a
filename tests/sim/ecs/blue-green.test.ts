import { describe, expect, test } from 'vitest';
import type { Task } from '../../../sim/ecs/model.ts';
import { pools, smallAccount } from '../small-account.ts';
import { countsBy } from './service-world.ts';

/** A service of three tasks behind the target group `blue`, with traffic; `green` is the other one. */
const prod = (controller: 'ECS' | 'CODE_DEPLOY') => {
  const world = smallAccount();
  const { region, call } = world;
  const cluster = region.createCluster({ name: 'prod' });
  region.createGroup({ name: 'spot', cluster, pools, desired: 3 });
  const [blue, green] = ['blue', 'green'].map((name) =>
    region.createTargetGroup({ name, deregistrationDelaySeconds: 5 }),
  ) as [ReturnType<typeof region.createTargetGroup>, ReturnType<typeof region.createTargetGroup>];
  const update = (input: object = { forceNewDeployment: true }) =>
    call('ecs', 'UpdateService', { cluster: 'prod', service: 'web', ...input });
  const service = region.createService({
    cluster,
    name: 'web',
    desired: 3,
    controller,
    targetGroup: blue,
    requestsPerSecond: 20,
  });
  region.settle();
  const tasks = [...service.tasks.values()];
  const behind = (group: typeof blue) => [...group.targets.values()].filter(({ state }) => state === 'healthy').length;
  const requests = () => {
    region.countRequests();
    return world.account.tally().requests();
  };
  return { ...world, cluster, blue, green, service, tasks, update, behind, requests };
};

/** The load balancer of the service with its two target groups. */
const balancers = ({ blue, green }: ReturnType<typeof prod>) => [
  {
    targetGroupArn: blue.arn,
    containerName: 'app',
    containerPort: 8_080,
    advancedConfiguration: { alternateTargetGroupArn: green.arn },
  },
];

const revision = ({ definition }: Task): string => String(definition.revision);

describe('a blue/green deployment of ECS', () => {
  /** The service turns to blue/green, which is its first deployment of that kind. */
  const blueGreen = (bakeTimeInMinutes = 2) => {
    const world = prod('ECS');
    world.update({
      loadBalancers: balancers(world),
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes },
    });
    return world;
  };

  test('brings up all new tasks in the other target group before the traffic moves; the old ones bake', async () => {
    const { service, tasks, blue, green, runTo, behind, requests } = blueGreen();
    await runTo(60);
    expect([behind(blue), behind(green)]).toEqual([3, 3]);
    expect([blue.load, green.load].map((load) => load !== undefined)).toEqual([false, true]);
    await runTo(120);
    expect(tasks.every(({ lastStatus }) => lastStatus === 'RUNNING')).toBe(true);
    await runTo(200);
    expect(tasks.every(({ lastStatus }) => lastStatus === 'STOPPED')).toBe(true);
    expect(service.deployments).toMatchObject([{ status: 'PRIMARY', rolloutState: 'COMPLETED' }]);
    expect(requests()).toMatchObject({ byReason: {} });
  });

  test('goes back to the first target group with the next deployment', async () => {
    const { blue, green, update, runTo, behind, call } = blueGreen(0);
    await runTo(200);
    expect([behind(blue), behind(green)]).toEqual([0, 3]);
    update();
    await runTo(400);
    expect([behind(blue), behind(green)]).toEqual([3, 0]);
    const { services } = call('ecs', 'DescribeServices', { cluster: 'prod', services: ['web'] });
    expect(services[0]).toMatchObject({
      loadBalancers: [{ targetGroupArn: blue.arn, advancedConfiguration: { alternateTargetGroupArn: green.arn } }],
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    });
  });

  test('runs both whatever maximumPercent says', async () => {
    const { service, update, runTo } = blueGreen();
    update({ deploymentConfiguration: { maximumPercent: 100, minimumHealthyPercent: 50 } });
    await runTo(60);
    expect(service.tasks.size).toBe(6);
  });

  test('that fails leaves the traffic where it is', async () => {
    const { service, green, update, runTo, requests, call } = blueGreen(0);
    await runTo(200);
    const tasks = [...service.tasks.values()];
    const { registered } = (tasks[0] as Task).definition;
    const containerDefinitions = (registered.containerDefinitions ?? []).map((container) => ({
      ...container,
      dockerLabels: { 'simulated.image-missing': 'true' },
    }));
    call('ecs', 'RegisterTaskDefinition', { ...registered, containerDefinitions });
    const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };
    update({ taskDefinition: 'web', deploymentConfiguration: breaker });
    await runTo(600);
    expect([...service.tasks.values()]).toEqual(tasks);
    expect(green.load).toBeDefined();
    expect(service.deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);
    expect(requests()).toMatchObject({ byReason: {} });
  });
});

test('the same two target groups, given again, begin no deployment', async () => {
  const world = prod('ECS');
  const { service, update, runTo } = world;
  const loadBalancers = balancers(world);
  update({ loadBalancers, deploymentConfiguration: { strategy: 'BLUE_GREEN' } });
  await runTo(200);
  const [before] = service.deployments;
  update({ loadBalancers });
  expect(service.deployments).toEqual([before]);
});

describe('a deployment of CodeDeploy', () => {
  test('shows as task sets: PRIMARY is the one with the traffic', async () => {
    const { region, service, blue, green, runTo, call } = prod('CODE_DEPLOY');
    const shown = () => call('ecs', 'DescribeServices', { cluster: 'prod', services: ['web'] }).services[0];
    const sets = () =>
      shown().taskSets.map((set: { status: string; loadBalancers: { targetGroupArn: string }[] }) => [
        set.status,
        set.loadBalancers[0]?.targetGroupArn,
      ]);
    expect(sets()).toEqual([['PRIMARY', blue.arn]]);
    region.codeDeploy(service, { targetGroup: green, bakeMinutes: 5 });
    expect(sets()).toEqual([
      ['ACTIVE', green.arn],
      ['PRIMARY', blue.arn],
    ]);
    await runTo(90);
    expect(sets()).toEqual([
      ['PRIMARY', green.arn],
      ['ACTIVE', blue.arn],
    ]);
    expect(shown().deployments).toEqual([]);
  });

  test('begins in the other target group, moves the traffic and ends the old tasks after the bake time', async () => {
    const { region, service, tasks, blue, green, runTo, behind, requests } = prod('CODE_DEPLOY');
    region.codeDeploy(service, { targetGroup: green, definition: { startMs: 20_000 }, bakeMinutes: 5 });
    await runTo(20);
    expect(blue.load).toBeDefined();
    await runTo(90);
    expect([behind(blue), behind(green)]).toEqual([3, 3]);
    expect(green.load).toBeDefined();
    await runTo(300);
    expect(countsBy(service, revision)).toEqual({ 1: 3, 2: 3 });
    await runTo(420);
    expect(countsBy(service, revision)).toEqual({ 2: 3 });
    expect(tasks.every(({ lastStatus }) => lastStatus === 'STOPPED')).toBe(true);
    expect(requests()).toMatchObject({ byReason: {} });
  });

  test('is only for services of that controller', () => {
    const { region, service, green } = prod('ECS');
    expect(() => region.codeDeploy(service, { targetGroup: green })).toThrow('web is not deployed by CodeDeploy');
  });

  test('has the default percents also when an instance drains', async () => {
    const { service, tasks, update, call, runTo } = prod('CODE_DEPLOY');
    update({ deploymentConfiguration: { minimumHealthyPercent: 0, maximumPercent: 100 } });
    const containerInstances = [tasks[0]?.instance?.arn];
    call('ecs', 'UpdateContainerInstancesState', { cluster: 'prod', containerInstances, status: 'DRAINING' });
    await runTo(120);
    expect(tasks[0]?.lastStatus).toBe('STOPPED');
    expect(service.facts.minimumHealthy).toBe(3);
  });
});
