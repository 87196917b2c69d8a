import { describe, expect, test } from 'vitest';
import type { ReplaceView } from '../../../functions/rebalance/decide/view.ts';
import { rebalance } from '../../../functions/rebalance/flow.ts';
import { hostsByInstance, lookAt } from '../../../functions/rebalance/observe/look.ts';
import { observeRegion } from '../../../functions/rebalance/observe/region.ts';
import type { ServiceOptions } from '../../../sim/world/options.ts';
import { aContext, aDoomed, at, containerInstanceArn, instanceId, REGION } from '../../given.ts';
import { ports } from './ports-lab.ts';
import { aHost, anOpen, aReplacing } from './replace-given.ts';
import { hoursAgo } from './review-given.ts';

/** How many of four instances with a small task each may be drained, each by itself. */
async function fitting(given: Partial<ServiceOptions>): Promise<number> {
  const { read, run, region, cluster, group } = ports({ group: { capacityProvider: 'spot', minSize: 0 } });
  // One task on each.
  const placement = [{ type: 'spread', field: 'instanceId' }] as const;
  region.createService({ cluster, name: 'web', desired: 4, cpu: 256, memory: 256, placement, ...given });
  region.settle();
  const look = async () => {
    const [view] = (await observeRegion(read, [], aContext())).groups;
    if (view === undefined) throw new Error('the region has no managed group');
    const looks = [...group.instances.keys()].map((id) => lookAt(read, view, { drained: [], old: [id], next: [id] }));
    return (await Promise.all(looks)).filter(({ fits }) => fits.size === 1).length;
  };
  return run(look());
}

describe('the tasks of an instance fit elsewhere', () => {
  test.each<[string, Partial<ServiceOptions>]>([
    ['ECS may start others first', { minimumHealthyPercent: 100, maximumPercent: 200 }],
    ['ECS may stop them first', { minimumHealthyPercent: 50, maximumPercent: 100 }],
  ])('where there is room and %s', async (_, percents) => {
    expect(await fitting(percents)).toBe(4);
  });

  test.each<[string, Partial<ServiceOptions>]>([
    ['100 and 100 percent', { minimumHealthyPercent: 100, maximumPercent: 100 }],
    ['100 and 110 percent, which is no whole task', { minimumHealthyPercent: 100, maximumPercent: 110 }],
  ])('not where their service has %s: a DRAINING instance would keep them', async (_, percents) => {
    expect(await fitting(percents)).toBe(0);
  });
});

test('the tasks of an instance fit only in zones where their service has a subnet', async () => {
  /** Of two instances in each of two zones, how many may be drained: a task fills one. */
  const free = async (zones: readonly string[]) => {
    const pools = ['eu-west-1a', 'eu-west-1b'].map((zone) => ({ type: 'm5.large', zone }));
    const { read, run, region, cluster, group } = ports({ group: { capacityProvider: 'spot', minSize: 0, pools } });
    region.createService({ cluster, name: 'web', desired: 2, cpu: 1_500, memory: 256, zones });
    region.settle();
    const look = async () => {
      const [view] = (await observeRegion(read, [], aContext())).groups;
      if (view === undefined) throw new Error('the region has no managed group');
      const looks = [...group.instances.keys()].map((id) => lookAt(read, view, { drained: [], old: [id], next: [] }));
      return (await Promise.all(looks)).filter(({ fits }) => fits.size === 1).length;
    };
    return run(look());
  };
  // Both tasks are in the one zone, and those that are empty in the other.
  expect(await free(['eu-west-1a'])).toBe(2);
  expect(await free(['eu-west-1a', 'eu-west-1b'])).toBe(4);
});

test('an instance that EC2 took is left to its group until that has noticed, others of its cluster are not kept', async () => {
  const { read, act, run, cluster, group } = ports({ group: { capacityProvider: 'spot', minSize: 0 } });
  const [taken = ''] = group.instances.keys();
  const gone = { cluster: cluster.arn, cause: 'spot', closedAt: at(140) } as const;
  const records = [
    aDoomed({ ...gone, instanceId: taken }),
    aDoomed({ ...gone, instanceId: instanceId(77) }),
    aDoomed({ ...gone, instanceId: [...group.instances.keys()][1] ?? '', cause: 'maintenance' }),
  ];
  const look = async () => {
    await act.remember({ do: 'remember', for: [], region: REGION, because: 'it is gone', records });
    const [view] = (await observeRegion(read, [], aContext())).groups;
    if (view === undefined) throw new Error('the region has no managed group');
    return (await lookAt(read, view, { drained: [], old: [], next: [] })).doomed;
  };
  expect(await run(look())).toEqual(new Set([taken]));
});

/** Two groups of two instances in one cluster, and three tasks that fill an instance each: there is room for one more. */
function twoGroups() {
  const made = ports({ group: { desired: 0, minSize: 0 } });
  const { region, cluster } = made;
  const pools = [{ type: 'm5.large', zone: 'eu-west-1a' }];
  for (const name of ['a', 'b']) region.createGroup({ name, cluster, desired: 2, pools, capacityProvider: name });
  region.createService({ cluster, name: 'web', desired: 3, cpu: 1_500, memory: 256 });
  region.settle();
  return made;
}

test('room in a cluster is promised once, though instances of two groups are to be drained', async () => {
  const { read, run, cluster } = twoGroups();
  const look = async () => {
    const busy = (await read.hosts(cluster.arn)).filter(({ tasks }) => tasks > 0);
    const old = ['a', 'b'].flatMap((group) => {
      const host = busy.find(({ provider }) => provider === group);
      return host === undefined
        ? []
        : aReplacing([anOpen({ instanceId: host.instanceId })], { group, cluster: cluster.arn });
    });
    const [phase] = rebalance.phases;
    const seen = await phase?.observe({ ...read, replacings: async () => old }, [], aContext());
    const { views } = (seen as { readonly replacing: { readonly views: readonly ReplaceView[] } }).replacing;
    return views.map(({ members, fits }) => members.filter(({ instanceId: id }) => fits.has(id)).length);
  };
  expect((await run(look())).toSorted()).toEqual([0, 1]);
});

test('of an instance that is registered twice the live registration counts, with the tasks of both', () => {
  const live = aHost(1, { tasks: 3 });
  const stale = aHost(1, { arn: containerInstanceArn(9), connected: false, tasks: 1 });
  const older = aHost(1, { arn: containerInstanceArn(8), tasks: 0, registeredAt: hoursAgo(9) });
  for (const hosts of [
    [live, stale, older],
    [older, stale, live],
  ]) {
    expect(hostsByInstance(hosts).get(instanceId(1))).toEqual({ ...live, tasks: 4 });
  }
});

test('an instance whose service lets go of no task is not replaced, which is said with its percents', async () => {
  const { read, run, region, cluster, group } = ports({ group: { capacityProvider: 'spot', minSize: 0 } });
  const percents = { minimumHealthyPercent: 100, maximumPercent: 100 };
  region.createService({ cluster, name: 'web', desired: 4, cpu: 256, memory: 256, ...percents });
  region.settle();
  const look = async () => {
    const [view] = (await observeRegion(read, [], aContext())).groups;
    if (view === undefined) throw new Error('the region has no managed group');
    return lookAt(read, view, { drained: [], old: [], next: [...group.instances.keys()] });
  };
  const { stuck } = await run(look());
  expect(new Set(stuck.values())).toEqual(
    new Set(['web may neither stop a task first nor start one more (100 and 100 percent)']),
  );
});
