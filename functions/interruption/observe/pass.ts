import { batches } from '../../../shared/core/batches.ts';
import type { Context } from '../../../shared/flow.ts';
import {
  type Cluster,
  type ContainerInstance,
  DEFAULT_STOP_SECONDS,
  type Target,
  type Task,
} from '../../../shared/model/fleet.ts';
import type { Doomed, Lookout, Watch } from '../../../shared/model/records.ts';
import { manageOf, manageTag, type Policy, policyOf } from '../../../shared/policy.ts';
import { type DoomedTask, nothingLent } from '../decide/doomed-task.ts';
import { mayBeHeld } from '../decide/hold.ts';
import { isWaiting } from '../decide/maintenance.ts';
import type { PassView } from '../decide/pass.ts';
import type { Reader } from '../reader.ts';
import { type Around, type Group, surroundings } from './surroundings.ts';

/** Their tasks must be read, and 200 of them stopped, within the function's time. */
const INSTANCES_PER_PASS = 1_000;
const PER_CALL = 100;

export type Asked = { readonly watch: Watch; readonly watches: readonly Watch[]; readonly for: readonly string[] };

/**
 * Reads everything about the doomed instances of one cluster: their state, tasks, services and load balancer targets.
 * What cannot be read about services and load balancers is named and left out: a stop in time must not depend on it.
 */
export async function observePass(read: Reader, asked: Asked, context: Context): Promise<PassView> {
  const { cluster: arn, after } = asked.watch;
  const [all, [cluster]] = await Promise.all([openDoomed(read, arn), read.describeClusters([arn])]);
  const page = pageAfter(all, after);
  const nothing = {
    ...emptyView,
    cluster: arn,
    for: asked.for,
    policy: context.policy,
    doomed: page.doomed,
    after: page.last,
    stopping: new Set(asked.watch.stopping),
  };
  if (cluster === undefined) return { ...nothing, abandoned: true };
  const answer = manageOf(cluster, context.policy);
  if (answer.manage !== 'yes') return { ...nothing, problems: answer.problems, abandoned: true };
  const { policy, problems } = policyOf(context.policy, cluster);
  const { doomed, instances, moved } = await whereTheyAre(read, arn, { doomed: page.doomed, context });
  const acting = doomed.filter((one) => !isWaiting(one, context.now));
  const [tasks, lookout] = await Promise.all([
    tasksOn(read, cluster, { doomed: acting, instances }),
    lookoutFor(read, arn, { doomed: acting, instances, policy }),
  ]);
  const stoppingOn = await stoppingTasks(read, arn, { doomed: acting, instances });
  const around = await surroundings(read, tasks, { cluster: arn, policy });
  const view = { ...around, doomed, instances };
  const beyond = all.filter((one) => !page.doomed.includes(one));
  const tasksBeyond = beyond.reduce((sum, one) => sum + Math.max(1, one.tasks.length), 0);
  return {
    ...nothing,
    policy,
    problems: [...answer.problems, ...problems, ...around.problems],
    doomed,
    moved,
    instances,
    lookout,
    tasksOn: idsByInstance(tasks),
    tasks: tasks.flatMap((task) => doomedTask(task, view)),
    tasksBeyond,
    healthyElsewhere: healthyElsewhere(tasks, { all, groups: around.groups, tasksBeyond }),
    stopsElsewhere: asked.watches.filter((one) => one.cluster !== arn).reduce((sum, { stops }) => sum + stops, 0),
    stoppingOn,
    ended: await ended(read, arn, [
      ...doomed.filter((one) => isEnding(one, context)).flatMap((one) => one.tasks),
      ...[...stoppingOn.values()].flat(),
    ]),
  };
}

const emptyView = {
  problems: [],
  abandoned: false,
  moved: new Set<string>(),
  instances: new Map(),
  tasksOn: new Map(),
  tasks: [],
  tasksBeyond: 0,
  healthyElsewhere: new Map(),
  stopsElsewhere: 0,
  stopping: new Set<string>(),
  stoppingOn: new Map(),
  ended: new Map(),
  lookout: undefined,
};

/** The cluster's open records, in order of instance id. */
async function openDoomed(read: Reader, cluster: string): Promise<readonly Doomed[]> {
  const open = (await read.doomed(cluster)).filter(({ closedAt }) => closedAt === undefined);
  return open.sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
}

/** As many as a pass can look after, after the given instance id, or from the start when there are none after it. */
function pageAfter(all: readonly Doomed[], after: string | undefined) {
  const rest = all.filter(({ instanceId }) => after === undefined || instanceId > after);
  const from = rest.length > 0 ? rest : all;
  const doomed = from.slice(0, INSTANCES_PER_PASS);
  return { doomed, last: from.length > doomed.length ? doomed.at(-1)?.instanceId : undefined };
}

/**
 * The container instances of the doomed. One that ECS does not know any more, before its time is up, may have registered
 * anew: it is looked up by its instance id.
 */
async function whereTheyAre(
  read: Reader,
  cluster: string,
  { doomed, context }: { doomed: readonly Doomed[]; context: Context },
) {
  const arns = doomed.flatMap(({ containerInstance }) => containerInstance ?? []);
  const seen = (await read.describeContainerInstances(cluster, arns)).filter(({ status }) => status !== 'INACTIVE');
  const instances = new Map(seen.map((instance) => [instance.arn, instance]));
  const lost = doomed.filter((one) => !instances.has(one.containerInstance ?? '') && one.deadline > context.now);
  const ids = lost.map(({ instanceId }) => instanceId);
  const found = ids.length > 0 ? await read.findContainerInstances(cluster, ids) : [];
  for (const instance of found) instances.set(instance.arn, instance);
  const anew = new Map(found.map(({ instanceId, arn }) => [instanceId, arn]));
  return {
    instances,
    moved: new Set(anew.keys()),
    doomed: doomed.map((one) => {
      const containerInstance = anew.get(one.instanceId);
      return containerInstance === undefined
        ? one
        : { ...one, containerInstance, acceptedAt: undefined, drainedAt: undefined };
    }),
  };
}

/** The tasks on the doomed instances, listed instance by instance or cluster-wide, whichever takes fewer calls. */
async function tasksOn(read: Reader, cluster: Cluster, { doomed, instances }: Active): Promise<readonly Task[]> {
  const hosts = doomed.flatMap(({ containerInstance }) => instances.get(containerInstance ?? '') ?? []);
  const busy = hosts.filter(({ tasks, status }) => tasks > 0 && status !== 'INACTIVE');
  if (busy.length === 0) return [];
  const here = busy.reduce((sum, { tasks }) => sum + tasks, 0);
  const oneByOne = busy.length + Math.ceil(here / PER_CALL);
  const whole = 2 * Math.ceil(cluster.tasks / PER_CALL);
  const arns =
    oneByOne <= whole
      ? (await Promise.all(busy.map(({ arn }) => read.listTasks(cluster.arn, arn)))).flat()
      : await read.listTasks(cluster.arn);
  const wanted = new Set(busy.map(({ arn }) => arn));
  const tasks = await Promise.all(batches(arns, PER_CALL).map((some) => read.describeTasks(cluster.arn, some)));
  return tasks.flat().filter(({ containerInstance }) => wanted.has(containerInstance ?? ''));
}

/** What failover says of the cluster, where an instance is ACTIVE that may wait for lent tasks. */
async function lookoutFor(
  read: Reader,
  cluster: string,
  { doomed, instances, policy }: Active & { readonly policy: Policy },
): Promise<Lookout | undefined> {
  const isActive = ({ containerInstance }: Doomed) => instances.get(containerInstance ?? '')?.status === 'ACTIVE';
  if (!doomed.some((one) => mayBeHeld(one, policy) && isActive(one))) return undefined;
  const [lookout] = await read.tolerant.lookouts([cluster]);
  return lookout;
}

type Active = { readonly doomed: readonly Doomed[]; readonly instances: ReadonlyMap<string, ContainerInstance> };

type Seen = Around & { readonly doomed: readonly Doomed[] };

/** A task that ECS is not stopping already, of a service that may be managed. */
function doomedTask(task: Task, { doomed, services, lent, groups, stops }: Seen): readonly DoomedTask[] {
  const host = doomed.find(({ containerInstance }) => containerInstance === task.containerInstance);
  const service = task.service === undefined ? undefined : services.get(task.service);
  if (host === undefined || task.desiredStatus !== 'RUNNING') return [];
  if (task.service !== undefined && service === undefined) return [];
  if (service && manageTag(service.name, service.tags, 'yes').manage !== 'yes') return [];
  const known = (service?.targetGroups ?? []).flatMap((arn) => groups.get(arn) ?? []);
  return [
    {
      task,
      doomed: host,
      service,
      lent: lent.get(task.service ?? '') ?? nothingLent,
      stopSeconds: stops.get(task.definition) ?? DEFAULT_STOP_SECONDS,
      groups: known.map(({ group }) => group),
      targets: known.flatMap(({ group, targets }) =>
        targets.filter((one) => isOf(one, task, host)).map((target) => ({ group, target })),
      ),
    },
  ];
}

/** An awsvpc task is known by the address of its ENI, others by their instance and host port. */
const isOf = (target: Target, task: Task, host: Doomed): boolean =>
  task.ips.includes(target.id) || (target.id === host.instanceId && task.hostPorts.includes(target.port));

/** Healthy targets on no doomed instance; addresses of tasks beyond this page are not known, so their number is left out. */
function healthyElsewhere(
  tasks: readonly Task[],
  { all, groups, tasksBeyond }: { all: readonly Doomed[]; groups: Seen['groups']; tasksBeyond: number },
): ReadonlyMap<string, number> {
  const here = new Set([...all.map(({ instanceId }) => instanceId), ...tasks.flatMap(({ ips }) => ips)]);
  const healthy = ({ targets }: Group) =>
    targets.filter(({ id, state }) => state === 'healthy' && !here.has(id)).length;
  return new Map([...groups].map(([arn, group]) => [arn, Math.max(0, healthy(group) - tasksBeyond)]));
}

function idsByInstance(tasks: readonly Task[]): ReadonlyMap<string, readonly string[]> {
  const grouped = Map.groupBy(tasks, ({ containerInstance }) => containerInstance ?? '');
  return new Map([...grouped].map(([instance, on]) => [instance, on.map(({ arn }) => arn)]));
}

const isEnding = ({ deadline, cause }: Doomed, { now }: Context): boolean => deadline <= now || cause === 'scale-in';

/** What is still ending on scale-in instances that look empty. */
async function stoppingTasks(
  read: Reader,
  cluster: string,
  { doomed, instances }: Active,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const empty = doomed
    .filter(({ cause }) => cause === 'scale-in')
    .flatMap(({ containerInstance }) => instances.get(containerInstance ?? '') ?? [])
    .filter(({ status, tasks }) => status === 'DRAINING' && tasks === 0);
  const lists = await Promise.all(empty.map(({ arn }) => read.listTasks(cluster, arn, 'STOPPED')));
  return new Map(empty.map(({ arn }, index) => [arn, lists[index] ?? []]));
}

/** What ECS says of these tasks. */
async function ended(read: Reader, cluster: string, tasksOf: readonly string[]): Promise<ReadonlyMap<string, Task>> {
  const arns = [...new Set(tasksOf)];
  const tasks = await Promise.all(batches(arns, PER_CALL).map((some) => read.describeTasks(cluster, some)));
  return new Map(tasks.flat().map((task) => [task.arn, task]));
}
