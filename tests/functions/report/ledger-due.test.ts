import { describe, expect, test } from 'vitest';
import { dueClusters } from '../../../functions/report/observe/ledger.ts';
import type { Counted } from '../../../shared/model/ledger.ts';
import type { KnownCluster } from '../../../shared/model/records.ts';
import { aContext, clusterArn } from '../../given.ts';
import { aCounted, aKnown, minutesAgo } from './ledger-given.ts';

describe('a cluster is read', () => {
  const due = (clusters: readonly KnownCluster[], counted: readonly Counted[], doomed: readonly string[] = []) =>
    dueClusters({ clusters, counted, doomed: new Set(doomed.map(clusterArn)) }, aContext()).map(({ cluster }) =>
      cluster.slice(cluster.lastIndexOf('/') + 1),
    );

  test('at once when it is new, and when the setting says so, the one that waits longest first', () => {
    const clusters = ['a', 'b', 'c', 'd'].map((name) => aKnown(name));
    const counted = [aCounted('a'), aCounted('b', { to: minutesAgo(30) }), aCounted('c', { to: minutesAgo(14) })];
    expect(due(clusters, counted)).toEqual(['b', 'a', 'd']);
  });

  test('not if another service of AWS manages it', () => {
    expect(due([aKnown('a', { manage: 'foreign' }), aKnown('b', { manage: 'no' })], [])).toEqual(['b']);
  });

  test('later while it has doomed instances, but before anything is forgotten', () => {
    expect(due([aKnown('a')], [aCounted('a', { to: minutesAgo(39) })], ['a'])).toEqual([]);
    expect(due([aKnown('a')], [aCounted('a', { to: minutesAgo(40) })], ['a'])).toEqual(['a']);
  });

  test('in turns: twenty a minute, or five hundred instances, and one however large it is', () => {
    const many = Array.from({ length: 30 }, (_, n) => aKnown(`c${n}`));
    expect(due(many, [])).toHaveLength(20);
    const large = ['a', 'b', 'c'].map((name) => aKnown(name, { containerInstances: 300 }));
    expect(due(large, [])).toEqual(['a']);
    expect(due([aKnown('a', { containerInstances: 5000 })], [])).toEqual(['a']);
  });
});

test('a cluster that takes minutes to read is not read again by the ticks of these minutes', () => {
  const readAfter = (minutes: number, containerInstances: number) =>
    dueClusters(
      {
        clusters: [aKnown('a', { containerInstances })],
        counted: [aCounted('a', { to: minutesAgo(minutes) })],
        doomed: new Set(),
      },
      aContext(),
    ).length === 1;
  const minutes = [14, 15, 16, 17, 18, 19, 20, 21, 54, 55];
  expect(minutes.filter((minute) => readAfter(minute, 5_000))).toEqual([15, 20, 55]);
  expect(minutes.filter((minute) => readAfter(minute, 1_000))).toEqual(minutes.slice(1));
});
