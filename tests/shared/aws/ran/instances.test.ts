import { describe, expect, test } from 'vitest';
import { putRecords } from '../../../../shared/aws/table.ts';
import { later } from '../../../../shared/model/instant.ts';
import type { Interruption, Place } from '../../../../shared/model/records.ts';
import { REGION } from '../lab.ts';
import { instanceIn, POOLS, ranShop } from './shop.ts';

describe('the instances that ran', () => {
  test('are those of the cluster, with what they registered and in which group they are', async () => {
    const shop = ranShop();
    const { region, ran, pass, cluster } = shop;
    const alone = region.addInstance({ type: 'c6i.xlarge', zone: 'eu-west-1a', spot: false, cluster });
    const other = region.createCluster({ name: 'other' });
    region.createGroup({ name: 'other', cluster: other, desired: 2, pools: POOLS });
    region.createGroup({ name: 'eks', desired: 2, pools: POOLS });
    region.settle();
    await pass(10);
    const { instances, groups } = await ran({ groups: [] });
    expect(instances.map(({ instanceId }) => instanceId).sort()).toEqual([...shop.ids, alone.id].sort());
    expect(groups).toEqual(['web']);
    const host = [...cluster.instances.values()].find(({ ec2InstanceId }) => ec2InstanceId === alone.id);
    expect(instanceIn(instances, alone.id)).toEqual({
      instanceId: alone.id,
      containerInstance: host?.arn,
      pool: { type: 'c6i.xlarge', zone: 'eu-west-1a' },
      spot: false,
      launchedAt: alone.launchedAt,
      endedAt: undefined,
      reclaimed: false,
      room: { cpu: host?.cpu, memory: host?.memory },
    });
    expect(instanceIn(instances, shop.ids[0])).toMatchObject({ spot: true, reclaimed: false });
  });

  test('end when EC2 began to end them, to the second', async () => {
    const { region, ran, pass, minute, ids, group } = ranShop();
    region.settle();
    const [taken = '', scaledIn = ''] = ids;
    region.interrupt(taken);
    await pass(5);
    region.parts.fleet.terminate(scaledIn);
    await pass(10);
    const { instances } = await ran();
    const [first, second] = [taken, scaledIn].map((id) => instanceIn(instances, id));
    expect([minute(first?.endedAt), first?.reclaimed]).toEqual([2, true]);
    expect([minute(second?.endedAt), second?.reclaimed]).toEqual([5, false]);
    // And those that replaced them.
    expect(instances).toHaveLength(4 + 2);
    expect(group.instances.size).toBe(4);
  });

  test('are also those of its groups that have not registered yet, or never will', async () => {
    const { region, ran, pass, group, ids } = ranShop();
    region.settle();
    region.parts.autoScaling.setDesired(group, 5);
    await pass(1);
    const booting = [...group.instances.keys()].find((id) => !ids.includes(id)) ?? '';
    const found = instanceIn((await ran()).instances, booting);
    expect(found).toMatchObject({ containerInstance: undefined, endedAt: undefined });
    // Its size is known from its neighbours.
    expect(found?.room).toEqual(instanceIn((await ran()).instances, ids[0])?.room);
    region.interrupt(booting, { notice: false });
    await pass(1);
    expect(instanceIn((await ran()).instances, booting)).toMatchObject({ reclaimed: true });
  });

  test('are known by the map when ECS has forgotten where they were', async () => {
    const { region, ran, pass, cluster, table, run, at } = ranShop();
    const alone = region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a', cluster });
    const elsewhere = region.addInstance({ type: 'm6i.large', zone: 'eu-west-1a' });
    region.settle();
    const place = (instanceId: string, of: string): Place => ({
      is: 'place',
      region: REGION,
      instanceId,
      cluster: of,
      containerInstance: `${of}/${instanceId}`,
      manage: 'yes',
      pool: undefined,
      stale: false,
      expiresAt: at(600),
    });
    await run(putRecords(table, [place(alone.id, cluster.arn), place(elsewhere.id, 'another')]));
    await pass(1);
    for (const { id } of [alone, elsewhere]) region.parts.fleet.terminate(id);
    await pass(5);
    for (const [id, { status }] of cluster.instances) if (status === 'INACTIVE') cluster.instances.delete(id);
    for (const [id, { instance }] of cluster.tasks) {
      if (instance?.ec2InstanceId === alone.id) cluster.tasks.delete(id);
    }
    const { instances } = await ran();
    expect(instanceIn(instances, alone.id)).toMatchObject({
      containerInstance: `${cluster.arn}/${alone.id}`,
      room: instances[0]?.room,
    });
    expect(instanceIn(instances, elsewhere.id)).toBeUndefined();
  });

  test('that ended within the hour before are told: their tasks, or what is taken off, may come later', async () => {
    const { region, ran, pass, at, ids, group } = ranShop();
    region.settle();
    region.parts.autoScaling.setDesired(group, 5);
    await pass(10);
    const young = [...group.instances.keys()].find((id) => !ids.includes(id)) ?? '';
    region.interrupt(young, { notice: false });
    region.interrupt(ids[0] ?? '', { notice: false });
    await pass(10);
    const { instances } = await ran({ from: at(15) });
    expect(instanceIn(instances, ids[0])).toMatchObject({ reclaimed: true });
    expect(instanceIn(instances, young)).toMatchObject({ reclaimed: true });
    expect(instanceIn((await ran({ from: at(80), to: at(85) })).instances, ids[0])).toBeUndefined();
  });
});

describe('an end that EC2 does not date', () => {
  async function undated() {
    const shop = ranShop();
    const [taken = ''] = shop.ids;
    shop.region.settle();
    shop.region.interrupt(taken);
    await shop.pass(5);
    shop.region.parts.fleet.find(taken).transitionReason = '';
    return { ...shop, taken };
  }

  test('is that of our own record', async () => {
    const { ran, table, run, at, minute, taken } = await undated();
    const interruption: Interruption = {
      is: 'interruption',
      region: REGION,
      instanceId: taken,
      cluster: undefined,
      cause: 'spot',
      noticedAt: at(0),
      drainedAt: at(0.1),
      goneAt: at(2.5),
      pool: POOLS[0],
      stoppedByScheduler: 0,
      stoppedBySpotkeeper: 0,
      killed: 0,
      other: 0,
      expiresAt: later(at(0), 90 * 86_400_000),
    };
    await run(putRecords(table, [interruption]));
    expect(minute(instanceIn((await ran()).instances, taken)?.endedAt)).toBe(2.5);
  });

  test('is before the time which is counted, where nobody wrote one down: it is not counted twice', async () => {
    const { ran, at, minute, taken } = await undated();
    expect(minute(instanceIn((await ran({ from: at(1), to: at(4) })).instances, taken)?.endedAt)).toBe(1);
  });
});

test('an instance of Windows is known as one, and one of Linux as what has a price', async () => {
  const { region, ran, pass } = ranShop();
  const [pool = { type: '', zone: '' }] = POOLS;
  const tags = { 'aws:autoscaling:groupName': 'web' };
  region.parts.fleet.launch({ ...pool, spot: true, settled: true, imageId: 'ami-0123456789abcdef2', tags });
  region.settle();
  await pass(1);
  const { instances } = await ran();
  expect(instances.map(({ platform }) => platform).sort()).toEqual(['Windows', ...Array(4).fill(undefined)]);
});
