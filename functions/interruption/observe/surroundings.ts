import { standbyName } from '../../../shared/core/standby-name.ts';
import {
  DEFAULT_STOP_SECONDS,
  type Service,
  type Target,
  type TargetGroup,
  type Task,
} from '../../../shared/model/fleet.ts';
import { STANDBY_OF, standbyRungs } from '../../../shared/model/lending.ts';
import { manageTag, type Policy, policyOf } from '../../../shared/policy.ts';
import { type Lent, nothingLent } from '../decide/doomed-task.ts';
import type { Reader } from '../reader.ts';

/** What stands around tasks: their services, the load balancers of those, and how long tasks take to stop. */
export type Around = {
  readonly services: ReadonlyMap<string, Service>;
  /** What standby services lend, by the name of the service. */
  readonly lent: ReadonlyMap<string, Lent>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly stops: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
};

/** Services, target groups and stop timeouts of the tasks. Where one cannot be read, the tasks are stopped without it. */
export async function surroundings(
  read: Reader,
  tasks: readonly Task[],
  { cluster, policy }: { cluster: string; policy: Policy },
): Promise<Around> {
  const problems: string[] = [];
  const orElse = async <T>(what: string, wanted: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await wanted;
    } catch (error) {
      problems.push(`could not read ${what} (${error}); tasks are stopped in time without them`);
      return otherwise;
    }
  };
  const names = [...new Set(tasks.flatMap(({ service }) => service ?? []))].sort();
  const [seen, stops] = await Promise.all([
    orElse(
      'services',
      read.describeServices(cluster, names),
      names.map((name) => unknownService(name, cluster)),
    ),
    orElse('task definitions', stopTimeouts(read, tasks), new Map<string, number>()),
  ]);
  const services = new Map(seen.map((service) => [service.name, service]));
  const mains = seen.filter((service) => policyOf(policy, service).policy.failover.length > 0);
  const standbys = await orElse('standby services', standbysOf(read, cluster, mains), []);
  const groups = await orElse('load balancers', groupsOf(read, [...seen, ...standbys]), new Map<string, Group>());
  const tags = seen.flatMap((service) => manageTag(`service ${service.name}`, service.tags, 'yes').problems);
  return { services, lent: lentBy(standbys, services), groups, stops, problems: [...problems, ...tags] };
}

/** What is assumed of a service that cannot be read: nothing serves elsewhere, and DRAINING would cut it. */
const unknownService = (name: string, cluster: string): Service => ({
  name,
  cluster,
  tags: {},
  daemon: false,
  rolling: false,
  desired: Number.POSITIVE_INFINITY,
  running: 0,
  minimumHealthyPercent: 0,
  targetGroups: [],
});

export type Group = { readonly group: TargetGroup; readonly targets: readonly Target[] };

/** The standby services of those that may be lent tasks; most have none, and ECS leaves out what is not there. */
const standbysOf = (read: Reader, cluster: string, mains: readonly Service[]): Promise<readonly Service[]> =>
  read.describeServices(
    cluster,
    mains.flatMap(({ name }) => standbyRungs.map((rung) => standbyName(name, rung))),
  );

/** What is named like a standby is one only if its tag says so. */
function lentBy(standbys: readonly Service[], services: ReadonlyMap<string, Service>): ReadonlyMap<string, Lent> {
  const lent = new Map<string, Lent>();
  for (const { tags, running, desired, targetGroups } of standbys) {
    const main = services.get(tags[STANDBY_OF] ?? '');
    if (main === undefined) continue;
    const before = lent.get(main.name) ?? nothingLent;
    const others = targetGroups.filter((arn) => !main.targetGroups.includes(arn));
    lent.set(main.name, {
      running: before.running + running,
      desired: before.desired + desired,
      targetGroups: [...new Set([...before.targetGroups, ...others])],
    });
  }
  return lent;
}

async function groupsOf(read: Reader, services: readonly Service[]): Promise<ReadonlyMap<string, Group>> {
  const arns = [...new Set(services.flatMap(({ targetGroups }) => targetGroups))].sort();
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
  return new Map(definitions.map((definition, index) => [definition, seconds[index] ?? DEFAULT_STOP_SECONDS]));
}
