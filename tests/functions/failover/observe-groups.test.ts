import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { describe, expect, test } from 'vitest';
import { observeCluster } from '../../../functions/failover/observe/cluster.ts';
import { askedClusters } from '../../../functions/failover/observe/clusters.ts';
import { flowLab, POOL } from './flow-lab.ts';
import { aWakeUp } from './given-events.ts';

/** A cluster whose only capacity is a group of one instance, on which managed scaling keeps a service of one task. */
function scaled() {
  const world = flowLab();
  const { region, account, run, read, context, failover } = world;
  const cluster = region.createCluster({ name: 'prod' });
  const group = region.createGroup({
    name: 'spot',
    cluster,
    desired: 1,
    maxSize: 8,
    pools: [POOL],
    capacityProvider: 'prod-spot',
    managedScaling: {},
  });
  region.createService({ cluster, name: 'prod-1', desired: 1, cpu: 1_500, capacityProvider: 'prod-spot' });
  region.settle();
  const pass = (seconds: number) => account.clock.run(account.clock.now() + seconds * 1_000);
  return {
    ...world,
    group,
    pass,
    /** So many tasks are asked for, and managed scaling has the time to ask for instances. */
    async wants(desiredCount: number) {
      const input = { cluster: 'prod', service: 'prod-1', desiredCount };
      await run(failover.ecs.send(new UpdateServiceCommand(input)));
      await pass(90);
    },
    async look() {
      const [asked] = await run(askedClusters(read, [aWakeUp(cluster.arn)], context()));
      if (asked === undefined) throw new Error('the cluster is to be looked at');
      const { tasks, evidence } = await run(observeCluster(read, asked, context()));
      const waiting = (tasks ?? []).filter(({ lastStatus }) => lastStatus === 'PROVISIONING');
      return { waiting: waiting.length, evidence: evidence.get('prod-1')?.kind };
    },
  };
}

describe('tasks that wait for an instance', () => {
  test('are short of capacity while the launches of their group fail', async () => {
    const { region, wants, look } = scaled();
    region.setAvailable(POOL, false);
    await wants(2);
    expect(await look()).toEqual({ waiting: 1, evidence: 'launch-failures' });
  });

  test('are not since a launch worked, although others failed minutes ago', async () => {
    const { region, wants, look, pass, group } = scaled();
    region.setAvailable(POOL, false);
    await wants(2);
    region.setAvailable(POOL, true);
    await pass(300);
    expect([group.instances.size, await look()]).toEqual([2, { waiting: 0, evidence: undefined }]);
    await wants(3);
    expect([group.instances.size, await look()]).toEqual([3, { waiting: 1, evidence: undefined }]);
  });
});
