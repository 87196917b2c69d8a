import { describe, expect, test } from 'vitest';
import { decideMap } from '../../../functions/interruption/decide/map.ts';
import type { Cluster } from '../../../shared/model/fleet.ts';
import type { KnownCluster } from '../../../shared/model/records.ts';
import { emptyPlan } from '../../../shared/plan/action.ts';
import {
  aCluster,
  aContainerInstance,
  aContext,
  actionsOf,
  aPlace,
  at,
  CLUSTER,
  clusterArn,
  instanceId,
  POOL,
  REGION,
  recordsOf,
} from '../../given.ts';
import { aMapView } from './given.ts';

const aKnownCluster = (changes: Partial<KnownCluster> = {}): KnownCluster => ({
  is: 'cluster',
  region: REGION,
  cluster: CLUSTER,
  manage: 'yes',
  containerInstances: 10,
  sweptAt: at(-900),
  expiresAt: at(2 * 86_400 - 900),
  ...changes,
});

const aListing = { is: 'cluster-list' as const, region: REGION, listedAt: at(0), expiresAt: at(2 * 86_400) };
const OPTED_OUT = { 'spotkeeper:manage': 'false' };
const active = aContainerInstance({ status: 'ACTIVE' });

describe('a registration', () => {
  test('puts the instance on the map, with the answer of its cluster', () => {
    const view = aMapView({ registered: [active], directory: { list: undefined, clusters: [aKnownCluster()] } });
    const plan = decideMap(view, aContext(at(0)));
    expect(recordsOf(plan)).toEqual([aPlace()]);
    expect(actionsOf(plan, 'remember')).toMatchObject([{ because: 'container instances registered' }]);
  });

  test('in a cluster that is new puts the cluster on the map too', () => {
    const plan = decideMap(
      aMapView({ registered: [active], clusters: [aCluster({ tags: { team: 'a' } })] }),
      aContext(at(0)),
    );
    expect(recordsOf(plan)).toEqual([aPlace(), aKnownCluster({ sweptAt: undefined, expiresAt: at(2 * 86_400) })]);
  });

  test('in a cluster that nobody can describe is not drained', () => {
    expect(recordsOf(decideMap(aMapView({ registered: [active] }), aContext()))).toMatchObject([{ manage: 'no' }]);
  });

  test.each([
    ['AWSBatch-nightly', {}, 'foreign'],
    ['prod', { 'spotkeeper:manage': 'false' }, 'no'],
  ])('in %s tagged %j is mapped as %s', (name, tags, manage) => {
    const clusters = [aCluster({ name, tags })];
    expect(recordsOf(decideMap(aMapView({ registered: [active], clusters }), aContext()))[0]).toMatchObject({ manage });
  });

  test.each(['REGISTERING', 'REGISTRATION_FAILED', 'INACTIVE', 'DEREGISTERING'])('that is %s is none', (status) => {
    expect(decideMap(aMapView({ registered: [aContainerInstance({ status })] }), aContext())).toEqual(emptyPlan);
  });
});

describe('a sweep', () => {
  const swept = { clusters: [aCluster()], listedAt: at(0), sweptClusters: [CLUSTER], swept: [active] };
  const directory = { list: undefined, clusters: [aKnownCluster()] };
  const sweep = (changes: Parameters<typeof aMapView>[0] = {}) =>
    recordsOf(decideMap(aMapView({ ...swept, directory, ...changes }), aContext(at(0))));

  test('of a region that was never read fills the map, and says when', () => {
    expect(sweep({ directory: { list: undefined, clusters: [] } })).toEqual([
      aPlace(),
      aKnownCluster({ sweptAt: at(0), expiresAt: at(2 * 86_400) }),
      aListing,
    ]);
  });

  test('writes no place that the map has already', () => {
    const mapped = new Map([[instanceId(), aPlace()]]);
    expect(sweep({ mapped }).filter((one) => one.is === 'place')).toEqual([]);
  });

  test.each([
    ['was absent', { is: 'absent', region: REGION, instanceId: instanceId(), expiresAt: at(3_600) } as const],
    ['is distrusted', aPlace(1, { stale: true })],
    ['registered anew', aPlace(1, { containerInstance: `${clusterArn('prod')}/other` })],
    ['has another answer', aPlace(1, { manage: 'no' })],
    ['has another pool', aPlace(1, { pool: { ...POOL, zone: 'eu-west-1b' } })],
    ['has a pool now', aPlace(1, { pool: undefined })],
    ['is about to expire', aPlace(1, { expiresAt: at(43_199) })],
  ])('writes a place that %s', (_, before) => {
    expect(sweep({ mapped: new Map([[instanceId(), before]]) })).toContainEqual(aPlace());
  });

  test('writes no cluster that the map has already, only that it has looked', () => {
    expect(sweep({ sweptClusters: [], swept: [] })).toEqual([aListing]);
  });

  test('every minute writes only every other time that it has looked', () => {
    const listed = (seconds: number) =>
      sweep({
        directory: { list: { ...aListing, listedAt: at(-seconds) }, clusters: [aKnownCluster()] },
        sweptClusters: [],
        swept: [],
      });
    expect(listed(61)).toEqual([]);
    expect(listed(119)).toEqual([aListing]);
  });

  test.each<[string, Partial<Cluster>, readonly string[], Partial<KnownCluster>]>([
    ['was swept', {}, [CLUSTER], { sweptAt: at(0) }],
    ['has grown', { containerInstances: 11 }, [], { containerInstances: 11 }],
    ['opted out', { tags: OPTED_OUT }, [], { manage: 'no' }],
  ])('writes a cluster that %s', (_, cluster, sweptClusters, expected) => {
    const written = sweep({ clusters: [aCluster(cluster)], sweptClusters, swept: [] });
    expect(written).toEqual([aKnownCluster({ ...expected, expiresAt: at(2 * 86_400) }), aListing]);
  });

  test('writes a cluster that is about to expire', () => {
    const old = aKnownCluster({ expiresAt: at(86_399) });
    const written = sweep({ directory: { list: undefined, clusters: [old] }, sweptClusters: [], swept: [] });
    expect(written).toEqual([aKnownCluster({ expiresAt: at(2 * 86_400) }), aListing]);
  });

  test('reports tags that do not parse', () => {
    const tags = { 'spotkeeper:manage': 'yes', 'spotkeeper:standalone': 'maybe' };
    const { notes } = decideMap(aMapView({ ...swept, clusters: [aCluster({ tags })] }), aContext());
    expect(notes).toEqual([
      'tag spotkeeper:standalone of prod is "maybe"; allowed: leave or stop; the default leave is used',
      'tag spotkeeper:manage of prod is "yes"; allowed: true or false; the default yes is used',
    ]);
  });
});

test('where nothing registered and nothing was swept, nothing is written', () => {
  expect(decideMap(aMapView(), aContext())).toEqual(emptyPlan);
});
