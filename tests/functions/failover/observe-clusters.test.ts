import { describe, expect, test } from 'vitest';
import type { AcceptedEvent } from '../../../functions/failover/decide/accepts.ts';
import { askedClusters } from '../../../functions/failover/observe/clusters.ts';
import { later } from '../../../shared/model/instant.ts';
import type { Policy } from '../../../shared/policy.ts';
import { aNotice, aPlace, instanceId } from '../../given.ts';
import { flowLab } from './flow-lab.ts';
import { aPlacementFailure, aWakeUp } from './given-events.ts';
import { aLookout } from './given-records.ts';

/** Two clusters in which services may be lent tasks, and one that had none five minutes ago. */
async function region(settings: Partial<Policy> = {}) {
  const world = flowLab(settings);
  const [prod, test_, idle] = ['prod', 'test', 'idle'].map((name) => world.cluster({ name }).cluster.arn);
  if (prod === undefined || test_ === undefined || idle === undefined) throw new Error('there are three clusters');
  const scannedAt = later(world.context().now, -300_000);
  await world.remember([
    aLookout({ cluster: prod, scannedAt }),
    aLookout({ cluster: test_, scannedAt }),
    aLookout({ cluster: idle, scannedAt, services: 0 }),
  ]);
  const asked = async (...events: readonly AcceptedEvent[]) => {
    // What was read a moment ago is not read again.
    await world.account.clock.run(world.account.clock.now() + 5_000);
    return world.run(askedClusters(world.read, events, world.context()));
  };
  const names = async (...events: readonly AcceptedEvent[]) =>
    (await asked(...events)).map(({ cluster }) => cluster.name);
  return { ...world, prod, test: test_, idle, asked, names };
}

describe('a tick', () => {
  test('looks at the clusters that have services to lend to', async () => {
    const { names, tick } = await region();
    expect(await names(tick())).toEqual(['prod', 'test']);
  });

  test('looks at others every ten minutes, in case a service was tagged, and at most at ten of them', async () => {
    const { names, tick, account, cluster } = await region();
    await account.clock.run(account.clock.now() + 300_000);
    expect(await names(tick())).toEqual(['idle', 'prod', 'test']);
    for (let n = 0; n < 12; n += 1) cluster({ name: `new-${n}`, services: 0 });
    // Those that were never looked at come first.
    const seen = await names(tick());
    expect(seen.filter((name) => name.startsWith('new-'))).toHaveLength(10);
    expect(seen).toEqual(expect.arrayContaining(['prod', 'test']));
  });

  test('passes over clusters that are not spotkeeper’s', async () => {
    const { names, tick, cluster } = await region();
    cluster({ name: 'foreign', tags: { 'spotkeeper:manage': 'false' } });
    cluster({ name: 'AWSBatch-jobs' });
    expect(await names(tick())).toEqual(['prod', 'test']);
  });

  test('looks at clusters that were opted out as long as something is lent there, to take it back', async () => {
    const { asked, names, tick, cluster } = await region({ manageDefault: 'none' });
    const seen = await asked(tick());
    expect(seen.map(({ cluster: { name }, managed }) => [name, managed])).toEqual([
      ['prod', false],
      ['test', false],
    ]);
    cluster({ name: 'named', tags: { 'spotkeeper:manage': 'true' } });
    expect(await names(tick())).toEqual(['named', 'prod', 'test']);
  });
});

describe('a notice', () => {
  test('points at the cluster of its instance', async () => {
    const { names, remember, prod, calls } = await region();
    await remember([aPlace(1, { cluster: prod })]);
    expect(await names(aNotice(1))).toEqual(['prod']);
    expect(calls('ListClusters')).toHaveLength(0);
  });

  test('points at every cluster that has something to lend when its instance is in no map, or is misplaced there', async () => {
    const { names, remember, prod } = await region();
    expect(await names(aNotice(1))).toEqual(['prod', 'test']);
    await remember([aPlace(1, { cluster: prod, stale: true })]);
    expect(await names(aNotice(1))).toEqual(['prod', 'test']);
  });

  test('points nowhere when its instance is in no cluster, or in one that is not spotkeeper’s', async () => {
    const { names, remember, prod, context } = await region();
    const expiresAt = later(context().now, 60_000);
    await remember([{ is: 'absent', region: 'eu-west-1', instanceId: instanceId(1), expiresAt }]);
    await remember([aPlace(2, { cluster: prod, manage: 'no' })]);
    expect(await names(aNotice(1), aNotice(2))).toEqual([]);
  });
});

describe('other events', () => {
  test('point at their own cluster, once for all of them, with all their records', async () => {
    const { asked, prod, test: other } = await region();
    const failure = aPlacementFailure({ cluster: prod });
    const found = await asked(failure, aWakeUp(prod), { ...failure, recordId: 'again' }, aWakeUp(other));
    expect(found.map(({ cluster, for: records }) => [cluster.name, records])).toEqual([
      ['prod', ['failure', 'wake-up', 'again']],
      ['test', ['wake-up']],
    ]);
  });

  test('point nowhere when there is nothing to lend in it, or when it is gone', async () => {
    const { names, idle, prod } = await region();
    expect(await names(aPlacementFailure({ cluster: idle }), aWakeUp(`${prod}-deleted`))).toEqual([]);
  });
});

test('a cluster whose tag does not parse is looked at as its default says, and the tag is told', async () => {
  const { asked, cluster } = await region();
  const odd = cluster({ name: 'odd', tags: { 'spotkeeper:manage': 'maybe' } }).cluster.arn;
  const [found] = await asked(aWakeUp(odd));
  expect(found?.problems).toEqual([
    'tag spotkeeper:manage of odd is "maybe"; allowed: true or false; the default yes is used',
  ]);
});
