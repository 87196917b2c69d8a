import { UpdateContainerInstancesStateCommand } from '@aws-sdk/client-ecs';
import { expect, test } from 'vitest';
import { describeInstances, openNotices, reclaimedInstances } from '../../../shared/aws/ec2.ts';
import { describeClusters, listClusters } from '../../../shared/aws/ecs-clusters.ts';
import { findContainerInstances } from '../../../shared/aws/ecs-container-instances.ts';
import { describeServices, stopTimeoutSeconds } from '../../../shared/aws/ecs-services.ts';
import { describeTasks, listTasks } from '../../../shared/aws/ecs-tasks.ts';
import { describeTargetGroup, targetHealth } from '../../../shared/aws/load-balancing.ts';
import { remembered } from '../../../shared/aws/remembered.ts';
import { AwsError } from '../../../sim/service.ts';
import { lab } from './lab.ts';

function shop() {
  const made = lab();
  const cluster = made.region.createCluster({ name: 'shop', tags: { team: 'checkout' } });
  made.region.createGroup({ name: 'spot', cluster, desired: 3, pools: [{ type: 'm6i.large', zone: 'eu-west-1a' }] });
  const targetGroup = made.region.createTargetGroup({ name: 'checkout', deregistrationDelaySeconds: 45 });
  made.region.createService({ cluster, name: 'checkout', desired: 6, targetGroup, stopTimeoutSeconds: 40 });
  made.region.settle();
  return { ...made, cluster, targetGroup };
}

test('what the readers say of a service is what the account holds', async () => {
  const { clients, run, cluster, targetGroup } = shop();
  const { ecs, elb } = clients;
  expect(await run(listClusters(ecs))).toEqual([cluster.arn]);
  expect(await run(describeClusters(ecs, [cluster.arn, 'nowhere']))).toEqual([
    { arn: cluster.arn, name: 'shop', tags: { team: 'checkout' }, containerInstances: 3, tasks: 6 },
  ]);
  const hosts = await run(findContainerInstances(ecs, cluster.arn));
  expect(hosts.map(({ tasks, status, pool }) => ({ tasks, status, pool }))).toEqual(
    Array(3).fill({ tasks: 2, status: 'ACTIVE', pool: { type: 'm6i.large', zone: 'eu-west-1a' } }),
  );
  const arns = await run(listTasks(ecs, { cluster: cluster.arn, containerInstance: hosts[0]?.arn }));
  const tasks = await run(describeTasks(ecs, cluster.arn, arns));
  expect(tasks.map(({ service, desiredStatus }) => ({ service, desiredStatus }))).toEqual(
    Array(2).fill({ service: 'checkout', desiredStatus: 'RUNNING' }),
  );
  expect(await run(stopTimeoutSeconds(ecs, tasks[0]?.definition ?? ''))).toBe(40);
  const [service] = await run(describeServices(ecs, cluster.arn, ['checkout', 'gone']));
  expect(service).toMatchObject({ daemon: false, desired: 6, running: 6, targetGroups: [targetGroup.arn] });
  expect(await run(describeTargetGroup(elb, targetGroup.arn))).toMatchObject({
    name: 'checkout',
    network: false,
    deregistrationDelaySeconds: 45,
  });
  const targets = await run(targetHealth(elb, targetGroup.arn));
  expect(targets.map(({ state }) => state)).toEqual(Array(6).fill('healthy'));
  expect(targets.filter(({ id }) => tasks.some(({ ips }) => ips.includes(id)))).toHaveLength(2);
});

test('an instance id that does not exist is left out, and does not fail the others', async () => {
  const { clients, run, region } = shop();
  const [one] = region.parts.fleet.instances.values();
  const found = await run(describeInstances(clients.ec2, [one?.id ?? '', 'i-0000000000000dead']));
  expect(found.map(({ instanceId, spot }) => ({ instanceId, spot }))).toEqual([{ instanceId: one?.id, spot: true }]);
});

test('a notice is found in the Spot requests while it is open, and the instance as reclaimed afterwards', async () => {
  const { clients, run, region, account, edge } = shop();
  const [one] = region.parts.fleet.instances.values();
  region.interrupt(one?.id ?? '');
  const noticedAt = edge.now();
  await account.clock.run(account.clock.now() + 5_000);
  const open = await run(openNotices(clients.ec2));
  expect(open.map(({ instanceId }) => instanceId)).toEqual([one?.id]);
  expect(Math.abs((open[0]?.noticedAt ?? 0) - noticedAt)).toBeLessThan(1_000);
  await account.clock.run(account.clock.now() + 130_000);
  expect((await run(reclaimedInstances(clients.ec2))).map(({ instanceId }) => instanceId)).toEqual([one?.id]);
});

test('a target group or cluster that is gone is empty, not an error', async () => {
  const { clients, run, targetGroup } = shop();
  const gone = `${targetGroup.arn}0`;
  expect(await run(describeTargetGroup(clients.elb, gone))).toBeUndefined();
  expect(await run(targetHealth(clients.elb, gone))).toEqual([]);
  expect(await run(findContainerInstances(clients.ecs, 'gone', ['i-0000000000000dead']))).toEqual([]);
});

test('three hundred drains at once are paced so that the account never throttles', async () => {
  const { clients, run, cluster, calls, account } = shop();
  const began = account.clock.now();
  const containerInstances = [[...cluster.instances.values()][0]?.arn ?? ''];
  const drains = Array.from({ length: 300 }, () =>
    clients.ecs.send(
      new UpdateContainerInstancesStateCommand({ cluster: cluster.arn, containerInstances, status: 'DRAINING' }),
    ),
  );
  await run(Promise.all(drains));
  expect(new Set(calls('UpdateContainerInstancesState'))).toEqual(new Set(['ok']));
  // 45 at once, then 18 a second: the share of one process.
  expect((account.clock.now() - began) / 1_000).toBeGreaterThan((300 - 45) / 18 - 1);
});

test('a server error is retried with waits in virtual time', async () => {
  let failures = 3;
  const { clients, run, calls } = lab({
    faults: () => {
      failures -= 1;
      return failures >= 0
        ? { error: new AwsError('ServerException', 'Service Unavailable', 503), when: 'before' }
        : undefined;
    },
  });
  expect(await run(listClusters(clients.ecs))).toEqual([]);
  expect(calls('ListClusters')).toEqual(['ServerException', 'ServerException', 'ServerException', 'ok']);
});

test('what a read answered is remembered for its time, a failure is not', async () => {
  let now = 0;
  let reads = 0;
  const read = remembered(
    async (key) => {
      reads += 1;
      if (reads === 1) throw new Error('not this time');
      return `${key} ${reads}`;
    },
    { now: () => now, forMs: 100 },
  );
  await expect(read('a')).rejects.toThrow('not this time');
  expect([await read('a'), await read('a')]).toEqual(['a 2', 'a 2']);
  now = 101;
  expect(await read('a')).toBe('a 3');
});

test('a service that is down is given up in time for the function to go on without it', async () => {
  const { clients, run, account } = lab({
    faults: () => ({ error: new AwsError('ServerException', 'Service Unavailable', 503), when: 'before' }),
  });
  const began = account.clock.now();
  await expect(run(listClusters(clients.ecs))).rejects.toThrow('Service Unavailable');
  expect((account.clock.now() - began) / 1_000).toBeLessThan(9);
});
