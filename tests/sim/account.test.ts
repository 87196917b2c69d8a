import { DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2';
import {
  DescribeContainerInstancesCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  StopTaskCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SimulatedAccount } from '../../sim/account.ts';
import { clientsOf } from './clients.ts';
import { pools, regionName, smallAccount } from './small-account.ts';

/** A storm on a cluster with traffic, 200 s of it; the drain comes from a client when `drained`. */
const storm = async (seed: number, drained = true) => {
  const world = smallAccount({ seed });
  const { account, region } = world;
  const cluster = region.createCluster({ name: 'prod' });
  region.createGroup({ name: 'spot', cluster, pools, desired: 9, bootMs: 60_000 });
  const targetGroup = region.createTargetGroup({ name: 'web' });
  const service = region.createService({ cluster, name: 'web', desired: 12, targetGroup, requestsPerSecond: 20 });
  region.settle();
  region.interruptPool({ type: 'm6i.large', zone: 'eu-west-1b', overMs: 3_000 });
  const { ecs } = clientsOf(account.endpoint);
  const drain = async () => {
    await account.clock.sleep(5_000);
    const doomed = [...cluster.instances.values()].filter(({ zone }) => zone === 'eu-west-1b');
    await ecs.send(
      new UpdateContainerInstancesStateCommand({
        cluster: 'prod',
        containerInstances: doomed.map(({ arn }) => arn),
        status: 'DRAINING',
      }),
    );
  };
  if (drained) account.clock.track(drain());
  await world.runTo(200);
  return { ...world, cluster, service };
};

describe('the simulated account', () => {
  test('tells the same story for the same seed and another one for another seed', async () => {
    const stories = [];
    for (const seed of [7, 7, 8]) stories.push(JSON.stringify((await storm(seed)).account.journal.entries));
    expect(stories[0]).toBe(stories[1]);
    expect(stories[0]).not.toBe(stories[2]);
  });

  test('shows the same market whether or not anybody drains', async () => {
    const notices = async (drained: boolean) => {
      const { account } = await storm(3, drained);
      return account.journal.entries.filter(({ kind }) => kind === 'notice');
    };
    expect(await notices(true)).toEqual(await notices(false));
  });

  test('loses nothing when instances are drained in time, and requests and tasks when they are not', async () => {
    const drained = (await storm(1)).account.tally();
    expect(drained.tasks.killedWithoutSigterm).toEqual([]);
    expect(drained.requests().dropped).toBe(0);
    const left = (await storm(1, false)).account.tally();
    expect(left.tasks.killedWithoutSigterm).toHaveLength(4);
    expect(left.requests().dropped).toBeGreaterThan(0);
  });

  test('gives the seconds from notice to DRAINING of each instance', async () => {
    const { interrupted } = (await storm(1)).account.tally();
    const waits = [...interrupted.values()].map(({ noticedAt = 0, drainingAt = 0 }) => drainingAt - noticedAt);
    expect(waits).toHaveLength(3);
    for (const wait of waits) expect(wait).toBeGreaterThan(2_000);
    for (const wait of waits) expect(wait).toBeLessThan(5_100);
  });

  test('holds resources for every task and for nothing else, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 1_000 }), fc.boolean(), async (seed, drained) => {
        const { cluster } = await storm(seed, drained);
        for (const instance of cluster.instances.values()) {
          const cpu = [...instance.tasks.values()].reduce((sum, { definition }) => sum + definition.cpu, 0);
          expect(instance.cpuLeft).toBe(instance.cpu - cpu);
          expect(instance.cpuLeft).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 10 },
    );
  });

  test('keeps regions apart', () => {
    const account = new SimulatedAccount({ seed: 1, regions: [regionName, 'us-east-1'] });
    account.region('us-east-1').createCluster({ name: 'prod' });
    expect(account.region(regionName).parts.ecs.state.clusters.size).toBe(0);
    expect(() => account.region('eu-south-2')).toThrow('no region eu-south-2');
  });
});

describe('real SDK clients', () => {
  test('read and change the account over the wire', async () => {
    const { account, service, runTo } = await storm(1, false);
    const { ecs, ec2, autoscaling, elbv2 } = clientsOf(account.endpoint);
    const cluster = 'prod';
    const work = async () => {
      const { taskArns } = await ecs.send(new ListTasksCommand({ cluster, serviceName: 'web' }));
      const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
      const containerInstances = [tasks?.[0]?.containerInstanceArn ?? ''];
      const described = await ecs.send(new DescribeContainerInstancesCommand({ cluster, containerInstances }));
      const services = await ecs.send(new DescribeServicesCommand({ cluster, services: ['web'] }));
      const stopped = await ecs.send(new StopTaskCommand({ cluster, task: taskArns?.[0], reason: 'spotkeeper' }));
      const InstanceIds = [described.containerInstances?.[0]?.ec2InstanceId ?? ''];
      const instances = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
      const unknown = await ec2.send(new DescribeInstancesCommand({ InstanceIds: ['i-1'] })).catch((error) => error);
      const groups = await autoscaling.send(new DescribeAutoScalingGroupsCommand({}));
      const TargetGroupArn = service.deployments[0]?.loadBalancers[0]?.targetGroup.arn;
      const health = await elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
      return { tasks, described, services, stopped, instances, unknown, groups, health };
    };
    const answers = account.clock.track(work());
    await runTo(210);
    const { tasks, described, services, stopped, instances, unknown, groups, health } = await answers;
    expect(tasks).toHaveLength(12);
    expect(tasks?.[0]?.startedAt).toBeInstanceOf(Date);
    expect(described.containerInstances?.[0]).toMatchObject({ status: 'ACTIVE', agentConnected: true });
    expect(services.services?.[0]?.loadBalancers).toHaveLength(1);
    expect(stopped.task).toMatchObject({ desiredStatus: 'STOPPED', stoppedReason: 'spotkeeper' });
    expect(instances.Reservations?.[0]?.Instances?.[0]).toMatchObject({ InstanceType: 'm6i.large' });
    expect(unknown.name).toBe('InvalidInstanceID.NotFound');
    expect(groups.AutoScalingGroups?.[0]).toMatchObject({ AutoScalingGroupName: 'spot', DesiredCapacity: 9 });
    expect(health.TargetHealthDescriptions?.length).toBeGreaterThanOrEqual(12);
  });
});
