import { batches } from '../../../shared/core/batches.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Cluster, ContainerInstance, Service, Target, TargetGroup, Task } from '../../../shared/model/fleet.ts';
import type { Doomed, Watch } from '../../../shared/model/records.ts';
import { manageOf, manageTag, policyOf } from '../../../shared/policy.ts';
import { isWaiting } from '../decide/maintenance.ts';
import type { PassView } from '../decide/pass.ts';
import type { DoomedTask } from '../decide/tasks.ts';
import type { Reader } from '../reader.ts';

const INSTANCES_PER_PASS = 250;
const PER_CALL = 100;

export type Asked = { readonly watch: Watch; readonly watches: readonly Watch[]; readonly for: readonly string[] };

/** Reads everything about the doomed instances of one cluster: their state, tasks, services and load balancer targets. */
export async function observePass(read: Reader, asked: Asked, context: Context): Promise<PassView> {
  const { cluster: arn, after } = asked.watch;
  const [open, [cluster]] = await Promise.all([openDoomed(read, arn, after), read.describeClusters([arn])]);
  const doomed = open.slice(0, INSTANCES_PER_PASS);
  const last = open.length > doomed.length ? doomed.at(-1)?.instanceId : undefined;
  const { policy, problems } = cluster ? policyOf(context.policy, cluster) : { policy: context.policy, problems: [] };
  const instances = await containerInstances(read, arn, doomed);
  const acting = doomed.filter((one) => !isWaiting(one, context.now));
  const tasks = cluster ? await tasksOn(read, cluster, { doomed: acting, instances }) : [];
  const stoppingOn = await stoppingTasks(read, arn, { doomed: acting, instances });
  const services = await servicesOf(read, arn, tasks);
  const groups = await groupsOf(read, services);
  const stops = await stopTimeouts(read, tasks);
  const view = { doomed, instances, services, groups, stops };
  const unmanaged = [...services.values()].flatMap(
    ({ name, tags }) => manageTag(`service ${name}`, tags, 'yes').problems,
  );
  return {
    cluster: arn,
    for: asked.for,
    policy,
    problems: [...problems, ...unmanaged],
    abandoned: cluster === undefined || manageOf(cluster, context.policy).manage !== 'yes',
    doomed,
    after: last,
    instances,
    tasksOn: idsByInstance(tasks),
    tasks: tasks.flatMap((task) => doomedTask(task, view)),
    healthyElsewhere: healthyElsewhere(tasks, view),
    stopsElsewhere: asked.watches.filter((one) => one.cluster !== arn).reduce((sum, { stops }) => sum + stops, 0),
    stoppingOn,
    ended: await ended(read, arn, [
      ...doomed.filter((one) => isEnding(one, context)).flatMap((one) => one.tasks),
      ...[...stoppingOn.values()].flat(),
    ]),
  };
}

/** Open ones after the given instance id, or from the start when there are none after it. */
async function openDoomed(read: Reader, cluster: string, after: string | undefined): Promise<readonly Doomed[]> {
  const open = (await read.doomed(cluster))
    .filter(({ closedAt }) => closedAt === undefined)
    .sort((a, b) => (a.instanceId < b.instanceId ? -1 : 1));
  const rest = open.filter(({ instanceId }) => after === undefined || instanceId > after);
  return rest.length > 0 ? rest : open;
}

async function containerInstances(read: Reader, cluster: string, doomed: readonly Doomed[]) {
  const arns = doomed.flatMap(({ containerInstance }) => containerInstance ?? []);
  const seen = await read.describeContainerInstances(cluster, arns);
  return new Map(seen.map((instance) => [instance.arn, instance]));
}

/** The tasks on the doomed instances, listed instance by instance or cluster-wide, whichever takes fewer calls. */
async function tasksOn(
  read: Reader,
  cluster: Cluster,
  { doomed, instances }: { doomed: readonly Doomed[]; instances: ReadonlyMap<string, ContainerInstance> },
): Promise<readonly Task[]> {
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

async function servicesOf(
  read: Reader,
  cluster: string,
  tasks: readonly Task[],
): Promise<ReadonlyMap<string, Service>> {
  const names = [...new Set(tasks.flatMap(({ service }) => service ?? []))].sort();
  const services = await read.describeServices(cluster, names);
  return new Map(services.map((service) => [service.name, service]));
}

type Group = { readonly group: TargetGroup; readonly targets: readonly Target[] };

async function groupsOf(read: Reader, services: ReadonlyMap<string, Service>): Promise<ReadonlyMap<string, Group>> {
  const arns = [...new Set([...services.values()].flatMap(({ targetGroups }) => targetGroups))].sort();
  const groups = await Promise.all(
    arns.map(async (arn) => {
      const [group, targets] = await Promise.all([read.targetGroup(arn), read.targetHealth(arn)]);
      return group ? [[arn, { group, targets }] as const] : [];
    }),
  );
  return new Map(groups.flat());
}

async function stopTimeouts(read: Reader, tasks: readonly Task[]): Promise<ReadonlyMap<string, number>> {
  const definitions = [...new Set(tasks.map(({ definition }) => definition))].sort();
  const seconds = await Promise.all(definitions.map((definition) => read.stopTimeoutSeconds(definition)));
  return new Map(definitions.map((definition, index) => [definition, seconds[index] ?? 0]));
}

type Seen = {
  readonly doomed: readonly Doomed[];
  readonly services: ReadonlyMap<string, Service>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly stops: ReadonlyMap<string, number>;
};

/** A task that ECS is not stopping already, of a service that may be managed. */
function doomedTask(task: Task, { doomed, services, groups, stops }: Seen): readonly DoomedTask[] {
  const host = doomed.find(({ containerInstance }) => containerInstance === task.containerInstance);
  const service = task.service === undefined ? undefined : services.get(task.service);
  if (host === undefined || task.desiredStatus !== 'RUNNING') return [];
  if (task.service !== undefined && service === undefined) return [];
  if (service && manageTag(service.name, service.tags, 'yes').manage !== 'yes') return [];
  const targets = (service?.targetGroups ?? []).flatMap((arn) => {
    const known = groups.get(arn);
    return known
      ? known.targets.filter((one) => isOf(one, task, host)).map((target) => ({ group: known.group, target }))
      : [];
  });
  return [{ task, doomed: host, service, stopSeconds: stops.get(task.definition) ?? 0, targets }];
}

/** An awsvpc task is known by the address of its ENI, others by their instance and host port. */
const isOf = (target: Target, task: Task, host: Doomed): boolean =>
  task.ips.includes(target.id) || (target.id === host.instanceId && task.hostPorts.includes(target.port));

function healthyElsewhere(tasks: readonly Task[], { doomed, groups }: Seen): ReadonlyMap<string, number> {
  const here = new Set([...doomed.map(({ instanceId }) => instanceId), ...tasks.flatMap(({ ips }) => ips)]);
  return new Map(
    [...groups].map(([arn, { targets }]) => [
      arn,
      targets.filter(({ id, state }) => state === 'healthy' && !here.has(id)).length,
    ]),
  );
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
  { doomed, instances }: { doomed: readonly Doomed[]; instances: ReadonlyMap<string, ContainerInstance> },
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
