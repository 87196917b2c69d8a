import { describe, expect, test } from 'vitest';
import type { AcceptedEvent } from '../../../functions/failover/decide/accepts.ts';
import { observeCluster } from '../../../functions/failover/observe/cluster.ts';
import { askedClusters } from '../../../functions/failover/observe/clusters.ts';
import { later } from '../../../shared/model/instant.ts';
import { aDoomed, aNotice, aPlace } from '../../given.ts';
import { flowLab } from './flow-lab.ts';
import { aPlacementFailure, aWakeUp } from './given-events.ts';
import { aLending } from './given-records.ts';

/** A cluster of three services on two instances, and what a pass over it sees. */
function cluster() {
  const world = flowLab();
  const made = world.cluster({ services: 3, instances: 2 });
  const arn = made.cluster.arn;
  const look = async (...events: readonly AcceptedEvent[]) => {
    const before = world.account.endpoint.calls.entries.length;
    const [asked] = await world.run(askedClusters(world.read, [...events, aWakeUp(arn)], world.context()));
    if (asked === undefined) throw new Error('the cluster is to be looked at');
    const view = await world.run(observeCluster(world.read, asked, world.context()));
    const calls = world.account.endpoint.calls.entries
      .slice(before)
      .flatMap(({ service, operation }) => (service === 'dynamodb' || service === 'unknown' ? [] : [operation]));
    return { ...view, calls };
  };
  const [host] = made.cluster.instances.values();
  if (host === undefined) throw new Error('the cluster has instances');
  const pool = { type: 'm6i.large', zone: 'eu-west-1a' };
  const notice = { ...aNotice(), instanceId: host.ec2InstanceId, at: world.context().now };
  const doomed = aDoomed({ cluster: arn, instanceId: host.ec2InstanceId, containerInstance: host.arn, pool });
  return { ...world, ...made, arn, look, host, notice, doomed };
}

describe('a cluster in calm', () => {
  test('costs the reads of its services alone', async () => {
    const { hosts, tasks, doomed, ladders, calls } = await cluster().look();
    expect({ hosts, tasks, doomed }).toEqual({ hosts: [], tasks: undefined, doomed: [] });
    expect(ladders.ladders.map(({ main }) => main.name)).toEqual(['prod-1', 'prod-2', 'prod-3']);
    expect(calls).toEqual(['DescribeClusters', 'ListServices', 'DescribeServices']);
  });
});

describe('a notice', () => {
  test('leads to the instances, tasks and room of the cluster', async () => {
    const { look, notice, host, remember, arn } = cluster();
    await remember([aPlace(1, { instanceId: notice.instanceId, cluster: arn })]);
    const view = await look(notice);
    expect(view.doomed).toMatchObject([
      { instanceId: notice.instanceId, containerInstance: host.arn, deadline: notice.deadline },
    ]);
    expect(view.hosts).toHaveLength(2);
    expect([view.allTasks, view.tasks?.length]).toEqual([true, 3]);
    expect(view.shapes.size).toBe(3);
  });

  test('counts as long as its instance is not gone, though its event is long past', async () => {
    const { look, remember, doomed } = cluster();
    await remember([doomed]);
    expect((await look()).doomed).toMatchObject([{ instanceId: doomed.instanceId }]);
  });

  test('does not count when it is closed, nor does a scale-in or maintenance', async () => {
    const { look, remember, doomed, context } = cluster();
    for (const over of [
      { ...doomed, closedAt: later(context().now, -1_000) },
      { ...doomed, cause: 'scale-in' as const },
      { ...doomed, cause: 'maintenance' as const },
    ]) {
      await remember([over]);
      expect((await look()).doomed).toEqual([]);
    }
  });

  test('of an instance of another cluster is none of this one', async () => {
    const { look } = cluster();
    expect((await look(aNotice(99))).doomed).toEqual([]);
  });
});

test('while tasks are lent their cluster is read in full, and so are the limits of more', async () => {
  const { look, remember, arn } = cluster();
  await remember([aLending({ cluster: arn, service: 'prod-1' })]);
  const { hosts, tasks, subnets } = await look();
  expect(hosts).toHaveLength(2);
  // Nothing is displaced or waits: no task tells more than the counts.
  expect(tasks).toBeUndefined();
  expect(subnets.map(({ zone }) => zone)).toEqual(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']);
});

describe('what events say', () => {
  const evidence = async (about: Partial<AcceptedEvent>) => {
    const { look, arn } = cluster();
    const event = { ...aPlacementFailure({ cluster: arn, service: 'prod-1' }), ...about } as AcceptedEvent;
    return [...(await look(event)).evidence].map(([service, { kind, text }]) => [service, kind, text]);
  };

  test('of a want of capacity is evidence for its service', async () => {
    expect(await evidence({})).toEqual([['prod-1', 'placement-failure', 'RESOURCE:CPU']]);
    const reason = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';
    const task = 'arn:aws:ecs:eu-west-1:123456789012:task/prod/1';
    expect(await evidence({ kind: 'task-not-started', task, reason })).toEqual([['prod-1', 'failed-to-start', reason]]);
    expect(await evidence({ kind: 'fargate-spot-interrupted', task })).toEqual([
      ['prod-1', 'notice', 'Fargate takes a Spot task back'],
    ]);
  });

  test.each<[string, Partial<AcceptedEvent>]>([
    ['an agent that is disconnected', { reason: 'AGENT' }],
    ['an attribute that no instance has', { reason: 'ATTRIBUTE' }],
    ['a steady state', { action: 'SERVICE_STEADY_STATE', reason: undefined }],
    ['a wrong image', { kind: 'task-not-started', task: 'task', reason: 'CannotPullContainerError: not found' }],
    ['a task of no service', { kind: 'task-not-started', task: 'task', service: undefined, reason: 'RESOURCE:CPU' }],
  ])('of %s is none', async (_, about) => {
    expect(await evidence(about)).toEqual([]);
  });

  test('of a standby tells why its tasks cannot start, if that is no want of capacity', async () => {
    const { look, arn, region } = cluster();
    const tags = { 'spotkeeper:standby-of': 'prod-1', 'spotkeeper:rung': 'fargate' };
    const [prod] = region.parts.ecs.state.clusters.values();
    if (prod === undefined) throw new Error('there is no cluster');
    region.createService({ cluster: prod, name: 'prod-1-fargate', desired: 0, tags });
    const failed = async (reason: string, service = 'prod-1-fargate') => {
      const about = { kind: 'task-not-started', task: 'task', reason };
      const event = { ...aPlacementFailure({ cluster: arn, service }), ...about } as AcceptedEvent;
      return [...(await look(event)).failures];
    };
    const reason = 'CannotPullContainerError: not found';
    expect(await failed(reason)).toEqual([['prod-1-fargate', reason]]);
    expect(await failed(reason, 'prod-1')).toEqual([]);
    expect(await failed('Capacity is unavailable at this time')).toEqual([]);
  });
});
