import { describe, expect, test } from 'vitest';
import { needsOf } from '../../../functions/failover/decide/need.ts';
import type { ClusterView } from '../../../functions/failover/decide/view.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Host } from '../../../shared/model/lending.ts';
import { at, NOW } from '../../given.ts';
import { aHost, aTask } from '../../shared/core/small-cluster.ts';
import { aDoomedHost, aFamily, aFullHost, aGroup, aMain, aStandby, aView, lendingContext, lends } from './given.ts';

const needs = (changes: Parameters<typeof aView>[0], seconds = 0) =>
  needsOf(aView(changes), lendingContext(at(seconds)));
const need = (changes: Parameters<typeof aView>[0], name = 'checkout') => needs(changes).of.get(name);

/** Checkout's four tasks, two on each of two full hosts. */
const HOSTS = [1, 2].map((n) => aFullHost(n));
const tasksOn = (hosts: readonly Host[], each: number): readonly Task[] =>
  hosts.flatMap((host) => Array.from({ length: each }, () => aTask(host)));
const stormy = (doomed: ClusterView['doomed']) => ({
  hosts: HOSTS,
  tasks: tasksOn(HOSTS, 2),
  allTasks: true,
  doomed,
});

test('in calm nothing is missing, and no task need be read to know it', () => {
  expect(need({ hosts: [], tasks: undefined })).toMatchObject({ deficit: 0, displaced: 0, predicted: 0 });
});

describe('a service under a notice', () => {
  test('will lack the tasks that fit nowhere else', () => {
    const { deficit, predicted, displaced, most, on } = need(stormy([aDoomedHost(1)])) ?? {};
    expect({ deficit, predicted, displaced, most }).toEqual({ deficit: 2, predicted: 2, displaced: 2, most: 4 });
    expect(on).toEqual(new Set(HOSTS.map(({ arn }) => arn)));
  });

  test('lacks nothing where the other instances have room', () => {
    const hosts = [aFullHost(1), aHost(2)];
    expect(need({ ...stormy([aDoomedHost(1)]), hosts })).toMatchObject({ deficit: 0, displaced: 2 });
  });

  test('is not touched by a notice of an instance that has none of its tasks, or that never registered', () => {
    const tasks = tasksOn(HOSTS.slice(1), 4);
    expect(need({ ...stormy([aDoomedHost(1)]), tasks })).toMatchObject({ deficit: 0, displaced: 0 });
    expect(need(stormy([aDoomedHost(3, { containerInstance: undefined })]))).toMatchObject({ deficit: 0 });
  });

  test('shares what room there is with the others of its cluster', () => {
    const services = [...aFamily(), aMain({ name: 'search', definition: 'checkout:7' })];
    const [first, second] = HOSTS;
    const room = aHost(3, { cpu: 1_024, memory: 2_048 });
    const tasks = [...tasksOn(HOSTS, 2), ...tasksOn(HOSTS, 2).map((task) => ({ ...task, service: 'search' }))];
    const { of } = needs({
      services,
      hosts: [first, second, room].flatMap((host) => host ?? []),
      tasks,
      doomed: [aDoomedHost(1)],
    });
    expect([of.get('checkout')?.deficit, of.get('search')?.deficit]).toEqual([1, 1]);
  });
});

describe('a service that DRAINING would cut', () => {
  const storm = { ...stormy([aDoomedHost(1)]), hosts: [aFullHost(1), aHost(2)] };
  const cut = { minimumHealthyPercent: 50 };

  test('is lent what ECS stops at once, too, although there is room for the replacements', () => {
    const { deficit, predicted, why } = need({ ...storm, services: aFamily(cut) }) ?? {};
    expect([deficit, predicted]).toEqual([2, 2]);
    expect(why).toMatch(/none is missing; 2 more until ECS has replaced what DRAINING stops at once$/);
  });

  test('is not where its drain is not held', () => {
    const policy = lends({ holdDrain: 'off' });
    expect(need({ ...storm, services: aFamily(cut), policy })).toMatchObject({ deficit: 0 });
  });
});

describe('the sentence', () => {
  test('names the numbers', () => {
    expect(need(stormy([aDoomedHost(1)]))?.why).toBe(
      'desired 4, 2 kept, 2 on instances that are about to go, room for 0: 2 are missing',
    );
  });
});

test('a service whose tasks are missing lacks those that the room will not hold', () => {
  expect(need({ services: aFamily({ running: 1 }) })).toMatchObject({ deficit: 3, predicted: 0, displaced: 0 });
  const hosts = [aHost(1, { cpu: 1_024 })];
  expect(need({ services: aFamily({ running: 1 }), hosts })).toMatchObject({ deficit: 1 });
});

test('standbys and services that are gone take no part: they have no need of their own', () => {
  const services = [...aFamily(), aMain({ name: 'old', status: 'DRAINING' }), aStandby('fargate', {}, 'search')];
  expect([...needs({ services }).of.keys()]).toEqual(['checkout']);
});

test('a daemon lacks nothing: its number follows the instances', () => {
  const services = [aMain({ name: 'agent', daemon: true, running: 1 })];
  expect(need({ services }, 'agent')).toMatchObject({ deficit: 0, most: 0, why: 'a daemon' });
});

describe('the notices of a pool', () => {
  const hosts = [1, 2, 3, 4, 5].map((n) => aFullHost(n, { registeredAt: at(n - 9_000) }));
  const tasks = tasksOn(hosts, 1);
  const services = aFamily({ desired: 5, running: 5 });
  const storm = { services, hosts, tasks, allTasks: true };
  const two = [aDoomedHost(1), aDoomedHost(2)];

  test('say nothing of its other instances when there is one', () => {
    const { of, notes } = needs({ ...storm, doomed: two.slice(0, 1) });
    expect([of.get('checkout')?.deficit, notes]).toEqual([1, []]);
  });

  test('make as many more count as doomed from the second on, and the plan says so', () => {
    const { of, notes } = needs({ ...storm, doomed: two });
    expect(of.get('checkout')).toMatchObject({ deficit: 4, predicted: 4, displaced: 4 });
    expect(notes).toEqual([
      '2 notices in m6i.large eu-west-1a within three minutes: 2 more of its instances count as doomed (contagion 1)',
    ]);
  });

  test('are scaled by the policy, down to nothing', () => {
    expect(needs({ ...storm, doomed: two, policy: lends({ contagion: 0.5 }) }).of.get('checkout')?.deficit).toBe(3);
    expect(needs({ ...storm, doomed: two, policy: lends({ contagion: 0 }) })).toMatchObject({ notes: [] });
  });

  test('more than three minutes ago do not count', () => {
    expect(needs({ ...storm, doomed: two }, 181).of.get('checkout')?.deficit).toBe(2);
  });

  test('say nothing of other pools, nor of On-Demand instances', () => {
    const zone = 'eu-west-1b';
    const elsewhere = hosts.map((host, n) => (n < 2 ? host : { ...host, pool: { type: 'm6i.large', zone } }));
    expect(needs({ ...storm, hosts: elsewhere, doomed: two }).of.get('checkout')?.deficit).toBe(2);
    const isDoomed = (id: string) => two.some(({ instanceId }) => instanceId === id);
    const { instances, ...group } = aGroup({ spot: 5, desired: 5 });
    const mixed = { ...group, instances: instances.map((one) => ({ ...one, spot: isDoomed(one.instanceId) })) };
    expect(needs({ ...storm, groups: [mixed], doomed: two }).of.get('checkout')?.deficit).toBe(2);
  });

  test('without a pool, of an instance that no map knows, say nothing', () => {
    const poolless = two.map((one) => ({ ...one, pool: undefined, noticedAt: NOW }));
    expect(needs({ ...storm, doomed: poolless }).notes).toEqual([]);
  });
});
