import { expect, test } from 'vitest';
import { drain } from '../../../shared/aws/drain.ts';
import { listDraining } from '../../../shared/aws/ecs-container-instances.ts';
import { instant } from '../../../shared/model/instant.ts';
import type { Drain, Drainee } from '../../../shared/plan/action.ts';
import { AwsError } from '../../../sim/service.ts';
import { lab, REGION } from './lab.ts';

function cluster(options: Parameters<typeof lab>[0] = {}) {
  const made = lab(options);
  const prod = made.region.createCluster({ name: 'prod' });
  const add = (booting = false) =>
    made.region.addInstance({ cluster: prod, type: 'm6i.large', zone: 'eu-west-1a', booting, bootMs: 1_000 });
  const instance = (id: string) => made.region.parts.ecs.instances.byEc2Id.get(id);
  const drainee = (id: string, from: Drainee['from'] = 'ecs'): Drainee => ({
    instanceId: id,
    containerInstance: instance(id)?.arn ?? `arn:aws:ecs:${REGION}:123456789012:container-instance/prod/${id}`,
    from,
    for: [`record of ${id}`],
  });
  const distrusted: string[] = [];
  const perform = (instances: readonly Drainee[]) =>
    made.run(
      drain(action(prod.arn, instances), {
        ...made.edge,
        ecsUnretried: made.clients.ecsUnretried,
        draining: (name) => listDraining(made.clients.ecs, name),
        distrust: async (_region, _cluster, who) => {
          distrusted.push(...who.map(({ instanceId }) => instanceId));
        },
      }),
    );
  return { ...made, add, instance, drainee, perform, distrusted };
}

const action = (clusterArn: string, instances: readonly Drainee[]): Drain => ({
  do: 'drain',
  region: REGION,
  for: instances.flatMap((one) => one.for),
  because: 'a test',
  cluster: clusterArn,
  instances,
  deadline: instant(0),
});

test('ten instances are DRAINING after one call', async () => {
  const { add, instance, drainee, perform, calls } = cluster();
  const ids = Array.from({ length: 10 }, () => add().id);
  const outcome = await perform(ids.map((id) => drainee(id)));
  expect(outcome.result).toBe('done');
  expect(ids.map((id) => instance(id)?.status)).toEqual(Array(10).fill('DRAINING'));
  expect(calls('UpdateContainerInstancesState')).toEqual(['ok']);
});

test('an instance that left the cluster is gone when ECS named it, stale when only the map did', async () => {
  const { add, drainee, perform, distrusted } = cluster();
  const there = drainee(add().id);
  const left = (from: Drainee['from']) => drainee('i-0000000000000dead', from);
  expect((await perform([left('ecs')])).result).toBe('gone');
  expect((await perform([there, left('ecs')])).result).toBe('done');
  expect(await perform([there, left('map')])).toMatchObject({
    result: 'stale',
    staleFor: ['record of i-0000000000000dead'],
  });
  expect(distrusted).toEqual(['i-0000000000000dead']);
});

test('one instance that is still registering does not keep nine others from draining', async () => {
  const { account, region, add, instance, drainee, perform, calls } = cluster();
  const ids = Array.from({ length: 9 }, () => add().id);
  const young = region.addInstance({
    type: 'm6i.large',
    zone: 'eu-west-1a',
    cluster: region.parts.ecs.state.clusters.get('prod') as never,
    booting: true,
    bootMs: 10,
  });
  await account.clock.run(account.clock.now() + 11);
  expect(instance(young.id)?.status).toBe('REGISTERING');
  const outcome = await perform([...ids.slice(0, 4), young.id, ...ids.slice(4)].map((id) => drainee(id)));
  expect(ids.map((id) => instance(id)?.status)).toEqual(Array(9).fill('DRAINING'));
  expect(outcome).toMatchObject({ result: 'failed', retry: false, failedFor: [`record of ${young.id}`] });
  expect(calls('UpdateContainerInstancesState').filter((result) => result !== 'ok').length).toBeLessThanOrEqual(5);
});

test('a throttled drain first reads who is DRAINING already, and leaves those out', async () => {
  let throttled = 0;
  const { add, instance, drainee, perform, calls } = cluster({
    faults: ({ operation }) => {
      if (operation !== 'UpdateContainerInstancesState' || throttled > 0) return undefined;
      throttled += 1;
      return { error: new AwsError('ThrottlingException', 'Rate exceeded'), when: 'before' };
    },
  });
  const ids = Array.from({ length: 3 }, () => add().id);
  const all = ids.map((id) => drainee(id));
  for (const id of ids) {
    const found = instance(id);
    if (found) found.status = 'DRAINING';
  }
  expect((await perform(all)).result).toBe('done');
  expect(calls('UpdateContainerInstancesState')).toEqual(['ThrottlingException']);
  expect(calls('ListContainerInstances')).toEqual(['ok']);
});

test('a drain that is throttled for good fails its records, so that they are delivered again', async () => {
  const { add, drainee, perform } = cluster({
    faults: ({ operation }) =>
      operation === 'UpdateContainerInstancesState'
        ? { error: new AwsError('ThrottlingException', 'Rate exceeded'), when: 'before' }
        : undefined,
  });
  const id = add().id;
  expect(await perform([drainee(id)])).toMatchObject({ result: 'failed', retry: true, failedFor: [`record of ${id}`] });
});

test('a drain whose answer was lost is repeated, and that is no failure', async () => {
  let lost = 0;
  const { add, instance, drainee, perform } = cluster({
    faults: ({ operation }) => {
      if (operation !== 'UpdateContainerInstancesState' || lost > 0) return undefined;
      lost += 1;
      return { error: new AwsError('ServerException', 'Service Unavailable', 503), when: 'after' };
    },
  });
  const id = add().id;
  expect((await perform([drainee(id)])).result).toBe('done');
  expect(instance(id)?.status).toBe('DRAINING');
});
