import { taskShapeOf } from '../../../shared/core/task-shape.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Host, ServiceDetail, TaskShape } from '../../../shared/model/lending.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import { isUnclear, policyOf } from '../../../shared/policy.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import { isStandby, laddersOf } from '../decide/ladder.ts';
import type { ClusterView, DoomedHost } from '../decide/view.ts';
import type { Reader } from '../reader.ts';
import type { Asked } from './clusters.ts';
import { capacityBehind } from './groups.ts';
import { carriedBy, healthOf } from './health.ts';
import { toldOf } from './shortages.ts';
import { undoneIn } from './undone.ts';

/** Up to so many tasks a cluster's are listed as a whole; beyond, instance by instance, of the doomed alone. */
const TASKS_LISTED = 4_000;

/**
 * Reads one cluster as far as something calls for it: services always; instances, tasks, room and limits only where
 * instances are about to go, a service is short, or tasks are lent.
 */
export async function observeCluster(read: Reader, asked: Asked, context: Context): Promise<ClusterView> {
  // Of what is prepared only sizes and obstacles are asked here, which were written by a pass of some minute before.
  const prepared: Reader['prepared'] = (cluster) => read.prepared(cluster, 'lately');
  const { view, open } = await calmView({ ...read, prepared }, asked, context);
  const mains = view.ladders.ladders.map(({ main }) => main);
  const short = mains.filter(isShort);
  const isLending = [...view.lendings.values()].some(({ since }) => since !== undefined);
  const isNoticed = asked.events.some(({ kind }) => kind === 'spot-interrupted');
  const isCalm = open.length === 0 && short.length === 0 && !isLending && !isNoticed && view.raised.length === 0;
  if (isCalm || (mains.length === 0 && view.raised.length === 0)) return view;
  return troubled(read, view, { open, short, events: asked.events, now: context.now });
}

/** A cluster's services and what the table knows of it; `open`: of its instances that EC2 is about to take. */
export async function calmView(read: Reader, asked: Asked, context: Context) {
  const { cluster, events } = asked;
  const arn = cluster.arn;
  const tagged = policyOf(context.policy, cluster);
  const [services, lendings, prepared, raised, remembered] = await Promise.all([
    read.services(arn),
    read.lendings(arn),
    read.prepared(arn),
    read.raised(arn),
    read.doomed(arn),
  ]);
  const says = { managed: asked.managed, unclear: isUnclear(cluster.tags) };
  const ladders = laddersOf(services, tagged.policy, says);
  const view: ClusterView = {
    ...nothing,
    for: asked.for,
    account: events[0]?.account ?? '',
    cluster,
    policy: tagged.policy,
    problems: [...asked.problems, ...tagged.problems, ...ladders.problems],
    lookout: asked.lookout,
    elsewhere: asked.lookouts.filter((one) => one.cluster !== arn),
    services,
    ladders,
    lendings: new Map(lendings.map((one) => [one.service, one])),
    prepared: new Map(prepared.map((one) => [one.service, one])),
    raised,
    ...toldOf(services, events),
  };
  return { view, open: remembered.filter(isOpen) };
}

const nothing = {
  hosts: [],
  doomed: [],
  tasks: undefined,
  allTasks: false,
  shapes: new Map(),
  matches: new Map(),
  groups: [],
  groupsOf: new Map(),
  health: new Map(),
  quotas: { 'fargate-spot': undefined, fargate: undefined },
  subnets: [],
  undone: new Set<string>(),
};

type Trouble = {
  readonly open: readonly Doomed[];
  readonly short: readonly ServiceDetail[];
  readonly events: readonly AcceptedEvent[];
  readonly now: Context['now'];
};

async function troubled(read: Reader, calm: ClusterView, { open, short, events, now }: Trouble): Promise<ClusterView> {
  const { cluster, ladders } = calm;
  const hosts = await read.hosts(cluster.arn);
  const doomed = doomedHosts(hosts, open, events);
  const mains = ladders.ladders.map(({ main }) => main);
  const [tasks, shapes, limits, undone] = await Promise.all([
    tasksOf(read, calm, { doomed, short }),
    shapesOf(read, calm),
    limitsOf(read, calm),
    undoneIn(read, calm, now),
  ]);
  const [matches, capacity, health] = await Promise.all([
    matchesOf(read, mains, { cluster: cluster.arn, shapes }),
    capacityBehind(read, calm, { hosts, tasks: tasks ?? [], now }),
    healthOf(read, calm, carriedBy(doomed, tasks ?? [])),
  ]);
  return {
    ...calm,
    hosts,
    doomed,
    tasks,
    allTasks: doomed.length > 0 && cluster.tasks <= TASKS_LISTED,
    shapes,
    matches,
    ...limits,
    undone,
    health: health.health,
    problems: [...calm.problems, ...health.problems],
    groups: capacity.groups,
    groupsOf: capacity.groupsOf,
    evidence: new Map([...capacity.failures, ...calm.evidence]),
  };
}

/** Under a Spot notice, until EC2 has taken it and ECS shows it. */
const isOpen = ({ cause, closedAt }: Doomed): boolean => cause === 'spot' && closedAt === undefined;

const isShort = ({ desired, running }: ServiceDetail): boolean => desired > running;

/** Those that the table knows of, and those whose notice is among the events. */
function doomedHosts(
  hosts: readonly Host[],
  open: readonly Doomed[],
  events: readonly AcceptedEvent[],
): readonly DoomedHost[] {
  const byInstance = new Map(hosts.map((host) => [host.instanceId, host]));
  const doomed = new Map<string, DoomedHost>();
  for (const { instanceId, containerInstance, noticedAt, deadline, pool } of open) {
    const host = byInstance.get(instanceId);
    doomed.set(instanceId, {
      instanceId,
      containerInstance: host?.arn ?? containerInstance,
      noticedAt,
      deadline,
      pool: pool ?? host?.pool,
    });
  }
  for (const event of events) {
    const host = event.kind === 'spot-interrupted' ? byInstance.get(event.instanceId) : undefined;
    if (event.kind !== 'spot-interrupted' || host === undefined || doomed.has(event.instanceId)) continue;
    doomed.set(event.instanceId, {
      instanceId: event.instanceId,
      containerInstance: host.arn,
      noticedAt: event.at,
      deadline: event.deadline,
      pool: host.pool,
    });
  }
  return [...doomed.values()].sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
}

/** Tasks tell which services the doomed carry, and which tasks wait without a place. */
async function tasksOf(
  read: Reader,
  { cluster }: ClusterView,
  { doomed, short }: { doomed: readonly DoomedHost[]; short: readonly ServiceDetail[] },
): Promise<readonly Task[] | undefined> {
  if (doomed.length === 0) {
    const waiting = short.filter(({ pending }) => pending > 0);
    if (waiting.length === 0) return undefined;
    const some = await Promise.all(waiting.map(({ name }) => read.tasks(cluster.arn, name)));
    return some.flat();
  }
  if (cluster.tasks <= TASKS_LISTED) return read.tasks(cluster.arn);
  const hosts = doomed.flatMap(({ containerInstance }) => containerInstance ?? []);
  return (await Promise.all(hosts.map((host) => read.tasksOn(cluster.arn, host)))).flat();
}

/** What the record of a service's standbys knows is not asked for again; a standby's own tasks take no room on instances. */
async function shapesOf(read: Reader, { services, prepared }: ClusterView): Promise<ReadonlyMap<string, TaskShape>> {
  const known = new Map([...prepared.values()].flatMap(({ shape }) => (shape ? [[shape.definition, shape]] : [])));
  const definitions = services.filter((one) => !isStandby(one)).map(({ definition }) => definition);
  const shapes = await Promise.all(
    [...new Set(definitions)].sort().map(async (arn): Promise<[string, TaskShape][]> => {
      const shape = known.get(arn);
      if (shape !== undefined) return [[arn, shape]];
      const definition = await read.taskDefinition(arn);
      return definition === undefined ? [] : [[arn, taskShapeOf(definition)]];
    }),
  );
  return new Map(shapes.flat());
}

/** Quotas, and free addresses of the subnets that standbys are in. */
async function limitsOf(read: Reader, { ladders }: ClusterView): Promise<Pick<ClusterView, 'quotas' | 'subnets'>> {
  const standbys = ladders.ladders.flatMap((ladder) => Object.values(ladder.standbys));
  const mains = ladders.ladders.map(({ main }) => main);
  const ids = [...new Set([...standbys, ...mains].flatMap(({ network }) => network?.subnets ?? []))].sort();
  if (standbys.length === 0) return { quotas: nothing.quotas, subnets: ids.length > 0 ? await read.subnets(ids) : [] };
  const [spot, fargate, subnets] = await Promise.all([
    read.quotaVcpus(true),
    read.quotaVcpus(false),
    read.subnets(ids),
  ]);
  return { quotas: { 'fargate-spot': spot, fargate }, subnets };
}

/** ECS itself says which instances a placement constraint allows. */
async function matchesOf(
  read: Reader,
  mains: readonly ServiceDetail[],
  { cluster, shapes }: { cluster: string; shapes: ReadonlyMap<string, TaskShape> },
): Promise<ClusterView['matches']> {
  const expressions = mains.flatMap(({ constraints, definition }) => [
    ...constraints.flatMap(({ type, expression }) => (type === 'memberOf' && expression ? [expression] : [])),
    ...(shapes.get(definition)?.memberOf ?? []),
  ]);
  const asked = [...new Set(expressions)].sort();
  return new Map(
    await Promise.all(asked.map(async (one) => [one, new Set(await read.matchingHosts(cluster, one))] as const)),
  );
}
