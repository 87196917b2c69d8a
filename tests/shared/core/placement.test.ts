import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { roomFor, type Space, take } from '../../../shared/core/placement/space.ts';
import { place, roomOf, type Wanted } from '../../../shared/core/placement.ts';
import type { Host } from '../../../shared/model/lending.ts';
import { containerInstanceArn } from '../../given.ts';
import { aHost, aShape, wanting } from './small-cluster.ts';

const none: ReadonlySet<string> = new Set();

/** How many tasks of each service find room on the hosts. */
function held(wanted: readonly Wanted[], hosts: readonly Host[]): Record<string, number> {
  const { placed } = place(wanted, roomOf(hosts, none));
  return Object.fromEntries([...placed].map(([service, on]) => [service, on.length]));
}

describe('the room of a cluster', () => {
  test('ends with the scarcest of CPU, memory and GPUs', () => {
    const host = aHost(1, { cpu: 2_048, memory: 7_680, gpus: 1 });
    expect(held([wanting('a', 9)], [host])).toEqual({ a: 4 });
    expect(held([wanting('a', 9, { shape: aShape({ memory: 3_000 }) })], [host])).toEqual({ a: 2 });
    expect(held([wanting('a', 9, { shape: aShape({ gpus: 1 }) })], [host])).toEqual({ a: 1 });
  });

  test('is that of instances which are ACTIVE, connected and not about to go', () => {
    const hosts = [aHost(1), aHost(2, { status: 'DRAINING' }), aHost(3, { connected: false }), aHost(4)];
    const { placed } = place([wanting('a', 99)], roomOf(hosts, new Set([containerInstanceArn(4)])));
    expect(placed.get('a')).toEqual(Array(4).fill(containerInstanceArn(1)));
  });

  test('takes one task for each fixed host port, TCP and UDP apart', () => {
    const dns = aShape({ cpu: 1, tcp: [53], udp: [53] });
    expect(held([wanting('a', 9, { shape: dns })], [aHost(1), aHost(2)])).toEqual({ a: 2 });
    expect(held([wanting('a', 9, { shape: dns })], [aHost(1, { udp: new Set([53]) })])).toEqual({ a: 0 });
    const [tcp, udp] = [aShape({ tcp: [53] }), aShape({ udp: [53] })];
    expect(held([wanting('a', 9, { shape: tcp }), wanting('b', 9, { shape: udp })], [aHost()])).toEqual({ a: 1, b: 1 });
  });

  test('is shared between services by turns', () => {
    expect(held([wanting('a', 9), wanting('b', 1), wanting('c', 9)], [aHost(1), aHost(2)])).toEqual({
      a: 4,
      b: 1,
      c: 3,
    });
  });
});

describe('network interfaces', () => {
  const awsvpc = aShape({ cpu: 1, memory: 1, interfaces: 1 });
  const bare = { attributes: new Map<string, string>() };

  test('limit awsvpc tasks: 2 on an m6i.large, 10 with trunking', () => {
    expect(held([wanting('a', 99, { shape: awsvpc })], [aHost(1, bare)])).toEqual({ a: 2 });
    expect(held([wanting('a', 99, { shape: awsvpc })], [aHost(1)])).toEqual({ a: 10 });
  });

  test('that tasks have are taken; where it is not known which tasks are awsvpc, all are counted so', () => {
    const host = aHost(1, { tasks: 4 });
    const { placed } = place([wanting('a', 99, { shape: awsvpc })], roomOf([host], none, new Map([[host.arn, 1]])));
    expect(placed.get('a')).toHaveLength(9);
    expect(held([wanting('a', 99, { shape: awsvpc })], [host])).toEqual({ a: 6 });
    expect(held([wanting('a', 99)], [host])).toEqual({ a: 4 });
  });

  test('of an unknown type are taken to suffice, and the type is named', () => {
    const strange = aHost(1, { pool: { type: 'z9.huge', zone: 'eu-west-1a' } });
    const nameless = aHost(2, { pool: undefined });
    const wanted = [wanting('a', 25, { shape: awsvpc })];
    const placement = place(wanted, roomOf([strange, nameless, aHost(3)], none));
    expect(placement.placed.get('a')).toHaveLength(25);
    expect(placement.withoutLimit).toEqual(['z9.huge', 'unknown']);
    expect(place([wanting('a', 1)], roomOf([strange], none)).withoutLimit).toEqual([]);
  });
});

describe('a task stays off an instance', () => {
  const both = [aHost(1), aHost(2, { provider: 'on-demand', pool: { type: 'm6i.large', zone: 'eu-west-1b' } })];
  const where = (about: Partial<Wanted>) => [
    ...new Set(place([wanting('a', 99, about)], roomOf(both, none)).placed.get('a')),
  ];

  test('of another capacity provider', () => {
    expect(where({ providers: ['on-demand'] })).toEqual([containerInstanceArn(2)]);
    expect(where({ providers: ['on-demand', 'spot'] })).toHaveLength(2);
  });

  test('outside the zones of its subnets', () => {
    expect(where({ zones: new Set(['eu-west-1b']) })).toEqual([containerInstanceArn(2)]);
  });

  test('that one of its memberOf expressions does not match', () => {
    const [first, second] = [new Set([containerInstanceArn(1)]), new Set(both.map(({ arn }) => arn))];
    expect(where({ allowed: [first, second] })).toEqual([containerInstanceArn(1)]);
    expect(where({ allowed: [second, new Set()] })).toEqual([]);
  });

  test('without an attribute that it requires, or of another architecture', () => {
    expect(where({ shape: aShape({ requires: ['ecs.cpu-architecture', 'ecs.awsvpc-trunk-id'] }) })).toHaveLength(2);
    expect(where({ shape: aShape({ requires: ['ecs.capability.efs'] }) })).toEqual([]);
    expect(where({ shape: aShape({ architecture: 'arm64' }) })).toEqual([]);
    expect(where({ shape: aShape({ architecture: 'x86_64' }) })).toHaveLength(2);
  });

  test('that has one already, with distinctInstance', () => {
    const { placed } = place(
      [wanting('a', 9, { distinctFrom: new Set([containerInstanceArn(1)]) })],
      roomOf(both, none),
    );
    expect(placed.get('a')).toEqual([containerInstanceArn(2)]);
  });
});

describe('whatever the cluster', () => {
  const smallShape = fc.record({
    cpu: fc.integer({ min: 0, max: 1_500 }),
    memory: fc.integer({ min: 1, max: 4_000 }),
    gpus: fc.integer({ min: 0, max: 1 }),
    interfaces: fc.constantFrom(0 as const, 1 as const),
    tcp: fc.constantFrom<readonly number[]>([], [], [80], [80, 443]),
    udp: fc.constantFrom<readonly number[]>([], [], [53]),
  });
  const someWanted = fc
    .array(fc.record({ shape: smallShape, count: fc.nat(12), distinct: fc.boolean() }), { maxLength: 6 })
    .map((list) =>
      list.map(({ shape, count, distinct }, n) =>
        wanting(`service-${n}`, count, { shape: aShape(shape), distinctFrom: distinct ? new Set() : undefined }),
      ),
    );
  const freeOn = fc.record({
    cpu: fc.nat(4_096),
    memory: fc.nat(8_192),
    gpus: fc.nat(2),
    tasks: fc.nat(10),
    tcp: fc.constantFrom(new Set<number>(), new Set([80]), new Set([443])),
  });
  const someHosts = fc.array(freeOn, { maxLength: 8 }).map((list) => list.map((free, n) => aHost(n + 1, free)));

  test('no service gets more than it wants', () => {
    fc.assert(
      fc.property(someWanted, someHosts, (wanted, hosts) => {
        const got = held(wanted, hosts);
        for (const { service, count } of wanted) expect(got[service]).toBeLessThanOrEqual(count);
      }),
    );
  });

  test('no instance is filled beyond what it has, and no task is left out for which there is room', () => {
    fc.assert(
      fc.property(someWanted, someHosts, (wanted, hosts) => {
        const { placed } = place(wanted, roomOf(hosts, none));
        const spaces = new Map(hosts.map((host) => [host.arn, spaceOf(host)]));
        for (const { service, shape, distinctFrom } of wanted) {
          const on = placed.get(service) ?? [];
          if (distinctFrom) expect(new Set(on).size).toBe(on.length);
          for (const arn of on) {
            const space = spaces.get(arn);
            expect(space && roomFor(space, shape)).toBeGreaterThan(0);
            if (space) take(space, shape);
          }
        }
        for (const { service, shape, count, distinctFrom } of wanted) {
          const on = placed.get(service) ?? [];
          if (on.length === count) continue;
          const open = [...spaces].filter(([arn]) => !distinctFrom || !on.includes(arn));
          expect(open.filter(([, space]) => roomFor(space, shape) > 0)).toEqual([]);
        }
      }),
    );
  });

  test('the order in which hosts and services are given makes no difference', () => {
    fc.assert(
      fc.property(someWanted, someHosts, (wanted, hosts) => {
        const [one, other] = [
          place(wanted, roomOf(hosts, none)),
          place(wanted.toReversed(), roomOf(hosts.toReversed(), none)),
        ];
        expect(other).toEqual(one);
      }),
    );
  });

  test('tasks of one shape never lose by one more instance', () => {
    fc.assert(
      fc.property(
        smallShape,
        fc.array(fc.nat(9), { maxLength: 5 }),
        someHosts,
        freeOn,
        (shape, counts, hosts, free) => {
          const wanted = counts.map((count, n) => wanting(`service-${n}`, count, { shape: aShape(shape) }));
          const total = (on: readonly Host[]) => Object.values(held(wanted, on)).reduce((sum, count) => sum + count, 0);
          expect(total([...hosts, aHost(99, free)])).toBeGreaterThanOrEqual(total(hosts));
        },
      ),
    );
  });

  test('without free room nothing is placed', () => {
    const full = { cpu: 0, memory: 0, gpus: 0 };
    fc.assert(
      fc.property(someWanted, someHosts, (wanted, hosts) => {
        const got = held(
          wanted,
          hosts.map((host) => ({ ...host, ...full })),
        );
        expect(Object.values(got).every((count) => count === 0)).toBe(true);
      }),
    );
  });

  const spaceOf = ({ cpu, memory, gpus, tasks, tcp, udp }: Host): Space => ({
    cpu,
    memory,
    gpus,
    interfaces: 10 - tasks,
    tcp: new Set(tcp),
    udp: new Set(udp),
  });
});
