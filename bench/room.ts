import { stopwatch } from '../cli/stopwatch.ts';
import { place, roomOf, type Wanted } from '../shared/core/placement.ts';
import { instant } from '../shared/model/instant.ts';
import type { Host } from '../shared/model/lending.ts';
import type { Benchmark } from './figure.ts';

export type RoomOptions = { readonly hosts: number; readonly services: number; readonly tasksPerService: number };

const types = ['m6i.large', 'm6i.2xlarge', 'm6i.8xlarge', 'c6i.16xlarge'] as const;
const cpus = [2_048, 8_192, 32_768, 65_536] as const;
const memories = [7_680, 30_720, 122_880, 122_880] as const;
const attributes = new Map(Array.from({ length: 30 }, (_, n) => [`ecs.capability.${n}`, ''] as const));

/** What a failover decision costs at most: every service of a big cluster wants more than there is room for. */
export function roomForAll({ hosts, services, tasksPerService }: RoomOptions): Benchmark {
  return {
    name: 'room',
    title: `room for ${services} x ${tasksPerService} tasks on ${hosts} instances`,
    async measure() {
      const cluster = Array.from({ length: hosts }, (_, n) => hostOf(n));
      const wanted = Array.from({ length: services }, (_, n) => wantedOf(n, tasksPerService));
      const seconds = stopwatch();
      const { placed } = place(wanted, roomOf(cluster, new Set()));
      const took = seconds();
      const tasks = [...placed.values()].reduce((sum, on) => sum + on.length, 0);
      return [
        { what: 'the first decision of a process', value: took * 1_000, unit: 'ms wall', goal: { atMost: 200 } },
        { what: 'tasks placed', value: tasks, unit: '' },
      ];
    },
  };
}

const hostOf = (n: number): Host => ({
  arn: `arn:aws:ecs:eu-west-1:123456789012:container-instance/prod/${n.toString(16).padStart(32, '0')}`,
  instanceId: `i-${n.toString(16).padStart(17, '0')}`,
  status: 'ACTIVE',
  connected: true,
  pool: { type: types[n % 4] ?? types[0], zone: 'eu-west-1a' },
  provider: 'spot',
  attributes,
  registeredAt: instant(0),
  cpu: cpus[n % 4] ?? 0,
  memory: memories[n % 4] ?? 0,
  gpus: 0,
  tcp: new Set([22]),
  udp: new Set(),
  tasks: 0,
});

const wantedOf = (n: number, count: number): Wanted => ({
  service: `service-${n}`,
  count,
  shape: {
    definition: `service-${n}:1`,
    cpu: 128 + (n % 7) * 64,
    memory: 256 + (n % 11) * 128,
    tcp: n % 13 === 0 ? [8_000 + n] : [],
    udp: [],
    interfaces: n % 2 === 0 ? 0 : 1,
    gpus: 0,
    requires: [...attributes.keys()].slice(n % 5, (n % 5) + 10),
    memberOf: [],
  },
  providers: ['spot'],
  allowed: [],
  distinctFrom: undefined,
  zones: undefined,
});
