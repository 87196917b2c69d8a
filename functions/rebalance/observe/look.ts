import { place, roomOf, type Wanted } from '../../../shared/core/placement.ts';
import { taskShapeOf } from '../../../shared/core/task-shape.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Host, ServiceDetail } from '../../../shared/model/lending.ts';
import type { ScalingGroup } from '../../../shared/model/offerings.ts';
import type { Doomed } from '../../../shared/model/records.ts';
import { currentTypes } from '../decide/types-of-group.ts';
import type { GroupView, ReplaceView } from '../decide/view.ts';
import type { Reader } from '../reader.ts';

/** The instances that are asked about. */
export type Asked = {
  /** Are they empty? */
  readonly drained: readonly string[];
  /** Do their tasks fit elsewhere now? */
  readonly old: readonly string[];
  /** Are they to be replaced next? */
  readonly next: readonly string[];
};

/** What is read of a group only where an instance of it is being replaced, or might be. */
export async function lookAt(read: Reader, view: GroupView, { drained, old, next }: Asked): Promise<ReplaceView> {
  const { arn } = view.cluster;
  const types = new Set([...currentTypes(view.group, undefined), ...view.members.map(({ type }) => type)]);
  const isOpen = (view.replacing?.open.length ?? 0) > 0;
  const [hosts, doomed, raised, answers, refreshing, services, prices] = await Promise.all([
    read.hosts(arn),
    read.doomed(arn),
    read.raised(arn),
    isOpen ? read.answers(view.group.name) : [],
    read.isRefreshing(view.group.name),
    read.services(arn),
    read.prices([...types].sort()),
  ]);
  const byInstance = hostsByInstance(hosts);
  const hostsOf = (ids: readonly string[]) => ids.flatMap((id) => byInstance.get(id) ?? []);
  const going = aboutToGo(doomed, view.group);
  const around = { cluster: arn, hosts: hosts.filter(({ instanceId }) => !going.has(instanceId)), services };
  const [left, fits, stuck] = await Promise.all([
    tasksLeftOn(read, arn, hostsOf(drained)),
    fitElsewhere(read, hostsOf(old), around),
    stuckOn(read, hostsOf(next), around),
  ]);
  return {
    ...view,
    hosts: new Map([...byInstance, ...left]),
    doomed: going,
    raised: raised.find(({ group }) => group === view.group.name),
    answers: new Map(answers.map(({ call, instances }) => [call, instances])),
    refreshing,
    prices,
    fits,
    stuck,
  };
}

/** EC2 took some already, and their group has not noticed yet: it replaces them by itself. */
function aboutToGo(doomed: readonly Doomed[], { members }: ScalingGroup): ReadonlySet<string> {
  const listed = new Set(members.map(({ instanceId }) => instanceId));
  const isGoing = ({ closedAt, cause, instanceId }: Doomed) =>
    closedAt === undefined || (cause === 'spot' && listed.has(instanceId));
  return new Set(doomed.filter(isGoing).map(({ instanceId }) => instanceId));
}

/**
 * A container instance counts the tasks that run or are to run, not those that leave: DEACTIVATING for as long as their
 * load balancers let requests end, STOPPING after SIGTERM. One that shows none is asked for these, too.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 */
async function tasksLeftOn(
  read: Reader,
  cluster: string,
  drained: readonly Host[],
): Promise<readonly (readonly [string, Host])[]> {
  const empty = drained.filter(({ tasks }) => tasks === 0);
  return Promise.all(
    empty.map(async (host) => {
      const [wanted, stopping] = await Promise.all([
        read.tasksOn(cluster, host.arn),
        read.stoppingOn(cluster, host.arn),
      ]);
      return [host.instanceId, { ...host, tasks: wanted.length + stopping }] as const;
    }),
  );
}

/**
 * An agent that lost its state registers its instance once more, and ECS keeps the old registration. The one whose agent
 * is connected counts, else the newer one; tasks of both are on the instance.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html (ECS_CHECKPOINT)
 * @returns by EC2 instance id
 */
export function hostsByInstance(hosts: readonly Host[]): ReadonlyMap<string, Host> {
  const found = new Map<string, Host>();
  for (const host of hosts) {
    const other = found.get(host.instanceId);
    if (other === undefined) {
      found.set(host.instanceId, host);
      continue;
    }
    const isBetter = host.connected === other.connected ? host.registeredAt > other.registeredAt : host.connected;
    found.set(host.instanceId, { ...(isBetter ? host : other), tasks: host.tasks + other.tasks });
  }
  return found;
}

type Around = {
  readonly cluster: string;
  /** Those that are not about to go. */
  readonly hosts: readonly Host[];
  readonly services: readonly ServiceDetail[];
};

/**
 * Of these instances, those whose tasks the others can hold, one after the other: what is promised to one is not
 * promised to the next. Daemons do not move, a task of no service goes nowhere, and some services let go of none.
 */
async function fitElsewhere(read: Reader, old: readonly Host[], around: Around): Promise<ReadonlySet<string>> {
  const { cluster, hosts, services } = around;
  const byName = new Map(services.map((one) => [one.name, one]));
  const fits = new Map<string, string>();
  let moving: readonly Task[] = [];
  for (const { arn, instanceId } of old) {
    const own = await read.tasksOn(cluster, arn);
    const replicas = own.filter(({ service }) => service === undefined || !byName.get(service)?.daemon);
    if (whyStuck(replicas, byName) !== undefined) continue;
    const all = [...moving, ...replicas];
    const counts = Map.groupBy(all, ({ service }) => service ?? '');
    const wanted = await Promise.all([...counts].map(([name, some]) => wantedOf(read, byName.get(name), some)));
    const { placed } = place(wanted.flat(), roomOf(hosts, new Set([...fits.values(), arn])));
    if ([...counts].some(([name, some]) => (placed.get(name)?.length ?? 0) < some.length)) continue;
    fits.set(instanceId, arn);
    moving = all;
  }
  return new Set(fits.keys());
}

/** Whatever room there is, some tasks stay until somebody ends them. */
async function stuckOn(
  read: Reader,
  next: readonly Host[],
  { cluster, services }: Around,
): Promise<ReadonlyMap<string, string>> {
  const byName = new Map(services.map((one) => [one.name, one]));
  const found = await Promise.all(
    next.map(async ({ arn, instanceId }) => {
      const why = whyStuck(await read.tasksOn(cluster, arn), byName);
      return why === undefined ? [] : [[instanceId, why] as const];
    }),
  );
  return new Map(found.flat());
}

function whyStuck(tasks: readonly Task[], byName: ReadonlyMap<string, ServiceDetail>): string | undefined {
  if (tasks.some(({ service }) => service === undefined))
    return 'a task on it belongs to no service, so nothing moves it';
  const keeper = tasks
    .map(({ service }) => byName.get(service ?? ''))
    .find((service) => !service?.daemon && keepsTasks(service));
  return (
    keeper &&
    `${keeper.name} may neither stop a task first nor start one more (${keeper.minimumHealthyPercent} and ${keeper.maximumPercent} percent)`
  );
}

/**
 * May ECS neither stop a task of this service first nor start another first, as with 100 and 100 percent? Then a DRAINING
 * instance keeps it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
const keepsTasks = (service: ServiceDetail | undefined): boolean =>
  service !== undefined &&
  Math.ceil((service.desired * service.minimumHealthyPercent) / 100) >= service.desired &&
  Math.floor((service.desired * service.maximumPercent) / 100) <= service.desired;

async function wantedOf(
  read: Reader,
  service: ServiceDetail | undefined,
  tasks: readonly Task[],
): Promise<readonly Wanted[]> {
  const definition = service && (await read.taskDefinition(service.definition));
  if (service === undefined || definition === undefined || service.launch.on !== 'ec2') return [];
  const shape = taskShapeOf(definition);
  const own = service.constraints.flatMap(({ type, expression }) => (type === 'memberOf' ? (expression ?? []) : []));
  const allowed = await Promise.all(
    [...own, ...shape.memberOf].map(async (one) => new Set(await read.matchingHosts(service.cluster, one))),
  );
  const zones = await zonesOf(read, service);
  const isDistinct = service.constraints.some(({ type }) => type === 'distinctInstance');
  const on = isDistinct ? await read.tasks(service.cluster, service.name) : [];
  return [
    {
      service: service.name,
      shape,
      count: tasks.length,
      providers: service.launch.providers,
      allowed,
      distinctFrom: isDistinct ? new Set(on.flatMap(({ containerInstance }) => containerInstance ?? [])) : undefined,
      zones,
    },
  ];
}

/** A task in awsvpc mode has its address in a subnet of its service, so it runs in their zones. undefined: in any. */
async function zonesOf(read: Reader, { network }: ServiceDetail): Promise<ReadonlySet<string> | undefined> {
  const subnets = network?.subnets ?? [];
  if (subnets.length === 0) return undefined;
  const found = await read.subnetZones(subnets);
  const known = subnets.flatMap((subnet) => found.get(subnet) ?? []);
  return known.length === subnets.length ? new Set(known) : undefined;
}
