import { type Instant, later } from '../../model/instant.ts';
import type { Ran, RanAsked, RanInstance, RanTask } from '../../model/ledger.ts';
import type { Absent, Place } from '../../model/records.ts';
import { remembered } from '../remembered.ts';
import type { ReportClients } from '../report-clients.ts';
import { interruptionsBetween, placesOf } from '../shared-records.ts';
import type { TablePorts } from '../table.ts';
import { endedInstances, type Found, instancesOfGroups, instancesWithIds } from './instances.ts';
import { allRegistered, namedRegistered, type Registered } from './registered.ts';
import { tasksThatRan } from './tasks.ts';

const HOUR_MS = 3_600_000;
/** Readings of several clusters in one run share what is read of the whole region. */
const RUN_MS = 3_000;
const ALL = 'all';

/** Where EC2 instances are or were, by their ids. */
type Whereabouts = {
  readonly registered: ReadonlyMap<string, Registered>;
  readonly places: ReadonlyMap<string, Place | Absent>;
};

/**
 * Reads what ran in a cluster of a region: ECS shows tasks, and EC2 instances, for an hour after their end. An instance
 * belongs to the cluster when it is registered there, when the map says that it was, and when it is in a group of the
 * cluster without being in another one (yet). Instances that ended
 * within the hour before `from` are told, too: a task on one of them may end later, or what was booked for it be free.
 */
export function ranReader(
  region: string,
  { ecs, ec2 }: Pick<ReportClients, 'ecs' | 'ec2'>,
  table: TablePorts,
): (asked: RanAsked) => Promise<Ran> {
  const ended = remembered(
    async () => {
      const instances = await endedInstances(ec2);
      return { instances, places: await placesOf(table, region, idsOf(instances)) };
    },
    { now: table.now, forMs: RUN_MS },
  );
  return async (asked) => {
    const { cluster } = asked;
    const [listed, tasks, ofGroups, gone] = await Promise.all([
      allRegistered(ecs, cluster),
      tasksThatRan(ecs, cluster, asked),
      instancesOfGroups(ec2, asked.groups),
      ended(ALL),
    ]);
    // An agent that registered anew counts by what it is now.
    const hosts = [...(await namedRegistered(ecs, cluster, unlisted(tasks, listed))), ...listed];
    const registered = new Map(hosts.map((host) => [host.instanceId, host]));
    const known = await withRegistered(ec2, registered, [...ofGroups, ...gone.instances]);
    const groups = groupsOf(known, registered, asked.groups);
    const late = await instancesOfGroups(
      ec2,
      groups.filter((group) => !asked.groups.includes(group)),
    );
    const all = byId([...known.values(), ...late]);
    const members = [...all.values()].filter(({ group }) => group !== undefined && groups.includes(group));
    const unplaced = idsOf(members).filter((id) => !registered.has(id) && !gone.places.has(id));
    const places = new Map([...gone.places, ...(await placesOf(table, region, unplaced))]);
    const where: Whereabouts = { registered, places };
    const ours = [...all.values()].filter((instance) => isOf(instance, { cluster, groups, where }));
    const ends = await endsOf(ours, { asked, table, region });
    return {
      instances: inTime(ranInstances(ours, { cluster, where, ends }), asked),
      tasks: tasksInTime(tasks, { hosts, registered }, asked),
      groups,
    };
  };
}

const idsOf = (instances: readonly Found[]): readonly string[] => instances.map(({ instanceId }) => instanceId);

const byId = (instances: readonly Found[]): ReadonlyMap<string, Found> =>
  new Map(instances.map((instance) => [instance.instanceId, instance]));

/** Container instances that tasks ran on, and that ECS does not list any more. */
function unlisted(tasks: readonly RanTask[], listed: readonly Registered[]): readonly string[] {
  const known = new Set(listed.map(({ arn }) => arn));
  const named = tasks.flatMap(({ on }) => (on.is === 'ec2' ? [on.containerInstance] : []));
  return [...new Set(named)].filter((arn) => !known.has(arn));
}

/** What is known already, and the instances behind the container instances. */
async function withRegistered(
  ec2: ReportClients['ec2'],
  registered: ReadonlyMap<string, Registered>,
  seen: readonly Found[],
): Promise<ReadonlyMap<string, Found>> {
  const known = byId(seen);
  const unseen = [...registered.keys()].filter((id) => !known.has(id));
  return byId([...seen, ...(await instancesWithIds(ec2, unseen))]);
}

function groupsOf(
  known: ReadonlyMap<string, Found>,
  registered: ReadonlyMap<string, Registered>,
  before: readonly string[],
): readonly string[] {
  const found = [...registered.keys()].flatMap((id) => known.get(id)?.group ?? []);
  return [...new Set([...before, ...found])].sort();
}

type Belonging = { readonly cluster: string; readonly groups: readonly string[]; readonly where: Whereabouts };

function isOf({ instanceId, group }: Found, { cluster, groups, where }: Belonging): boolean {
  if (where.registered.has(instanceId)) return true;
  const place = where.places.get(instanceId);
  if (place?.is === 'place') return place.cluster === cluster;
  return group !== undefined && groups.includes(group);
}

type Ends = ReadonlyMap<string, Instant>;

/** When those that are not up any more ended: as EC2 says, else as our own record of it says, else before the time. */
async function endsOf(
  instances: readonly Found[],
  { asked, table, region }: { readonly asked: RanAsked; readonly table: TablePorts; readonly region: string },
): Promise<Ends> {
  const down = instances.filter(({ up }) => !up);
  const unclear = down.some(({ endedAt }) => endedAt === undefined);
  const noticed = { from: later(asked.from, -2 * HOUR_MS), to: later(asked.to, HOUR_MS) };
  const interruptions = unclear ? await interruptionsBetween(table, region, noticed) : [];
  const goneAt = new Map(interruptions.map((one) => [one.instanceId, one.goneAt]));
  return new Map(
    down.map(({ instanceId, endedAt }) => [instanceId, endedAt ?? goneAt.get(instanceId) ?? asked.from] as const),
  );
}

function ranInstances(
  instances: readonly Found[],
  { cluster, where, ends }: { readonly cluster: string; readonly where: Whereabouts; readonly ends: Ends },
): readonly RanInstance[] {
  const typical = new Map(
    instances.flatMap(({ instanceId, pool }) => {
      const room = where.registered.get(instanceId)?.room;
      return room === undefined ? [] : [[pool.type, room]];
    }),
  );
  return instances.map(({ instanceId, pool, spot, platform, launchedAt, reclaimed }) => {
    const host = where.registered.get(instanceId);
    const place = where.places.get(instanceId);
    const placed = place?.is === 'place' && place.cluster === cluster ? place.containerInstance : undefined;
    return {
      instanceId,
      containerInstance: host?.arn ?? placed,
      pool,
      spot,
      platform,
      launchedAt,
      endedAt: ends.get(instanceId),
      reclaimed,
      room: host?.room ?? typical.get(pool.type),
    };
  });
}

/** ECS may show a task as stopped some minutes after its instance has gone, and a credit is due after the end. */
const inTime = (instances: readonly RanInstance[], { from, to }: RanAsked): readonly RanInstance[] =>
  instances.filter(
    ({ launchedAt, endedAt }) => launchedAt < to && (endedAt === undefined || endedAt > later(from, -HOUR_MS)),
  );

/**
 * A task that waited for an instance takes its room when the instance has registered, not before. Its host goes by one
 * name, however often its agent has registered.
 */
function tasksInTime(
  tasks: readonly RanTask[],
  { hosts, registered }: { readonly hosts: readonly Registered[]; readonly registered: Whereabouts['registered'] },
  { from, to }: RanAsked,
): readonly RanTask[] {
  const byArn = new Map(hosts.map((host) => [host.arn, host]));
  return tasks
    .map((task): RanTask => {
      const host = task.on.is === 'ec2' ? byArn.get(task.on.containerInstance) : undefined;
      if (host === undefined) return task;
      const containerInstance = registered.get(host.instanceId)?.arn ?? host.arn;
      return { ...task, on: { is: 'ec2', containerInstance }, from: latest(task.from, host.registeredAt) };
    })
    .filter((task) => task.from < to && (task.to === undefined || task.to > from));
}

const latest = (a: Instant, b: Instant): Instant => (a >= b ? a : b);
