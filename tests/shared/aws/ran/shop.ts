import { ranReader } from '../../../../shared/aws/ran/reader.ts';
import { instant, later } from '../../../../shared/model/instant.ts';
import type { RanAsked, RanInstance, RanTask } from '../../../../shared/model/ledger.ts';
import { lab, REGION } from '../lab.ts';

export const POOLS = [
  { type: 'm6i.large', zone: 'eu-west-1a' },
  { type: 'm6i.large', zone: 'eu-west-1b' },
];
const MINUTE_MS = 60_000;

/** A cluster `shop` on a group `web` of four Spot Instances, with a service `checkout` of eight tasks. */
export function ranShop(options: Parameters<typeof lab>[0] = {}) {
  const made = lab(options);
  const { region, report, table, run, account, edge } = made;
  const cluster = region.createCluster({ name: 'shop', capacityProviders: ['FARGATE', 'FARGATE_SPOT'] });
  const group = region.createGroup({ name: 'web', cluster, desired: 4, pools: POOLS });
  region.createService({ cluster, name: 'checkout', desired: 8, cpu: 256, memory: 512 });
  const beginsAt = edge.now();
  const read = ranReader(REGION, report, table);
  return {
    ...made,
    cluster,
    group,
    ids: [...group.instances.keys()],
    /** Lets so many minutes of virtual time pass. */
    pass: (minutes: number) => account.clock.run(account.clock.now() + minutes * MINUTE_MS),
    /** minutes after the beginning, of an instant */
    minute: (at: number | undefined) => (at === undefined ? undefined : (at - beginsAt) / MINUTE_MS),
    at: (minute: number) => later(instant(beginsAt), minute * MINUTE_MS),
    /** What ran from the beginning until now, unless asked otherwise. */
    ran: (asked: Partial<RanAsked> = {}) =>
      run(
        read({
          cluster: cluster.arn,
          from: beginsAt,
          to: instant(account.clock.now()),
          groups: ['web'],
          lent: new Map(),
          proves: new Map(),
          ...asked,
        }),
      ),
  };
}

export const instanceIn = (instances: readonly RanInstance[], id: string | undefined): RanInstance | undefined =>
  instances.find(({ instanceId }) => instanceId === id);

/** The tasks of one consumer. */
export const tasksOf = (tasks: readonly RanTask[], name: string): readonly RanTask[] =>
  tasks.filter(({ consumer }) => consumer.of !== 'idle' && consumer.name === name);
