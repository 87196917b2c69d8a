import { describe, expect, test } from 'vitest';
import { acts } from '../../../functions/rebalance/acts.ts';
import { instant, later } from '../../../shared/model/instant.ts';
import { aPolicy } from '../../given.ts';
import {
  because,
  launchIn,
  onInstance,
  REGION,
  setTypes,
  TYPES,
  terminateOf,
} from '../../shared/aws/rebalance-shop.ts';
import { ports } from './ports-lab.ts';

test('each act that the function may plan has a port', () => {
  expect(Object.keys(ports().act).sort()).toEqual([...acts].sort());
});

describe('the phases of one run', () => {
  test('read groups, instances and clusters once, at fifty groups too', async () => {
    const { read, run, region, cluster, account } = ports();
    const pools = [{ type: 'm6i.large', zone: 'eu-west-1a' }];
    for (let n = 1; n < 50; n += 1) region.createGroup({ name: `group-${n}`, cluster, desired: 20, pools });
    const before = account.endpoint.calls.entries.length;
    const look = async () => {
      const [groups, instances] = await Promise.all([
        read.groups(),
        read.groupInstances(),
        read.detached(),
        read.failedLaunches(),
        read.describeClusters(await read.listClusters()),
      ]);
      return [groups.length, instances.length];
    };
    expect(await run(look())).toEqual([50, 984]);
    expect(await run(look())).toEqual([50, 984]);
    expect(account.endpoint.calls.entries.length - before).toBe(6);
  });

  test('see what they changed themselves, and after a few seconds what others did', async () => {
    const { read, act, run, first, region, group, pass } = ports();
    const desired = async () => (await run(read.groups()))[0]?.desired;
    expect(await desired()).toBe(4);
    await run(act.terminate(terminateOf(first, 'group')));
    expect(await desired()).toBe(3);
    region.parts.autoScaling.setDesired(group, 5);
    expect(await desired()).toBe(3);
    await pass(4);
    expect(await desired()).toBe(5);
  });

  test('drain a host, and see it draining', async () => {
    const { read, act, run, cluster, edge } = ports();
    const [host] = await run(read.hosts(cluster.arn));
    const drainee = {
      containerInstance: host?.arn ?? '',
      instanceId: host?.instanceId ?? '',
      from: 'ecs',
      for: because.for,
    } as const;
    const drain = {
      ...because,
      do: 'drain',
      cluster: cluster.arn,
      instances: [drainee],
      deadline: edge.now(),
    } as const;
    expect(await run(act.drain(drain))).toMatchObject({ result: 'done' });
    const found = (await run(read.hosts(cluster.arn))).find(({ arn }) => arn === host?.arn);
    expect(found?.status).toBe('DRAINING');
  });
});

describe('an act', () => {
  test('on a group that is refused says so once, in AWS’s words', async () => {
    const { act, run } = ports({ group: { maxSize: 4 } });
    const outcome = await run(act['launch-replacement'](launchIn('eu-west-1a')));
    expect(outcome).toMatchObject({ result: 'failed', retry: false, failedFor: because.for });
    expect(outcome).toHaveProperty('refusal', expect.stringContaining('would exceed the maximum size 4'));
  });

  test('never leaves a group without types', async () => {
    const { act, run, policy } = ports();
    const before = await policy();
    expect(await run(act['set-overrides'](setTypes(TYPES, [])))).toMatchObject({ result: 'failed' });
    expect(await policy()).toEqual(before);
  });

  test('that finds a pool dry puts it on cool-off for the time of the policy', async () => {
    const { act, read, run, region, edge } = ports();
    for (const type of TYPES) region.setAvailable({ type, zone: 'eu-west-1b' }, false);
    expect(await run(act['launch-replacement'](launchIn('eu-west-1b')))).toMatchObject({ result: 'failed' });
    const [cooled] = await run(read.coolOffs());
    expect(cooled).toMatchObject({ is: 'cool-off', region: REGION, pool: { zone: 'eu-west-1b' } });
    const { noticedAt = instant(0), expiresAt } = cooled ?? {};
    expect(edge.now() - noticedAt).toBeLessThan(1_000);
    expect(expiresAt).toBeGreaterThanOrEqual(later(noticedAt, aPolicy().coolOffMinutes * 60_000));
  });

  test('replaces an instance of a full group: marked, detached, ended; a sweep finds it all the while', async () => {
    const { act, read, run, first, group, pass } = ports({ group: { maxSize: 4 } });
    await run(act['mark-detached'](onInstance('mark-detached', first)));
    await run(act.detach(onInstance('detach', first)));
    await pass(60);
    expect((await run(read.groups()))[0]?.members).toHaveLength(4);
    expect(await run(read.detached())).toMatchObject([{ instanceId: first, group: 'web' }]);
    expect(await run(act.terminate(terminateOf(first, 'detached')))).toMatchObject({ result: 'done' });
    await pass(60);
    expect([await run(read.detached()), group.desired]).toEqual([[], 4]);
  });
});
