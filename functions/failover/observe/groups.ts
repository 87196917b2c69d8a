import { launchFailureOf, standingFailures } from '../../../shared/core/launch-failures.ts';
import type { Task } from '../../../shared/model/fleet.ts';
import type { Instant } from '../../../shared/model/instant.ts';
import type { Evidence, Host, ServiceDetail } from '../../../shared/model/lending.ts';
import type { ClusterView } from '../decide/view.ts';
import type { Reader } from '../reader.ts';

type Capacity = Pick<ClusterView, 'groups' | 'groupsOf'> & {
  /** Services whose tasks wait in PROVISIONING while launches of their group fail. */
  readonly failures: ReadonlyMap<string, Evidence>;
};

/**
 * The Auto Scaling groups behind services that may go to On-Demand instances, and behind tasks that wait for capacity.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html
 */
export async function capacityBehind(
  read: Reader,
  view: ClusterView,
  { hosts, tasks, now }: { hosts: readonly Host[]; tasks: readonly Task[]; now: Instant },
): Promise<Capacity> {
  const waiting = new Set(tasks.filter(isWaiting).flatMap(({ service }) => service ?? []));
  const asked = view.ladders.ladders
    .filter(({ main, rungs }) => waiting.has(main.name) || rungs.includes('on-demand'))
    .map(({ main }) => main);
  if (asked.length === 0 && view.raised.length === 0) return { groups: [], groupsOf: new Map(), failures: new Map() };
  const groupsOf = await namesOf(read, asked, { hosts, known: view.lookout?.groups ?? [] });
  const names = [...new Set([...[...groupsOf.values()].flat(), ...view.raised.map(({ group }) => group)])].sort();
  const groups = await read.groups(names);
  const failing = [...new Set([...waiting].flatMap((service) => groupsOf.get(service) ?? []))].sort();
  const spot = new Map(groups.flatMap(({ instances }) => instances.map((one) => [one.instanceId, one.spot] as const)));
  const failed = new Map(
    await Promise.all(
      failing.map(async (group) => {
        const launches = await read.launchesSinceFailure(group);
        return [group, standingFailures(launches, (id) => spot.get(id))] as const;
      }),
    ),
  );
  const failures = [...waiting].flatMap((service): [string, Evidence][] => {
    const messages = (groupsOf.get(service) ?? []).flatMap((group) => failed.get(group) ?? []);
    const text = messages.find((message) => launchFailureOf(message) !== 'configuration');
    return text === undefined ? [] : [[service, { kind: 'launch-failures', at: now, text }]];
  });
  return { groups, groupsOf, failures: new Map(failures) };
}

/** It has no instance yet: its capacity provider is to bring one. */
const isWaiting = ({ lastStatus, containerInstance, desiredStatus }: Task): boolean =>
  lastStatus === 'PROVISIONING' && containerInstance === undefined && desiredStatus === 'RUNNING';

/** By capacity provider where a service has some, else by the instances that the cluster has, or had. */
async function namesOf(
  read: Reader,
  services: readonly ServiceDetail[],
  { hosts, known }: { hosts: readonly Host[]; known: readonly string[] },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const providersOf = ({ launch }: ServiceDetail) => (launch.on === 'ec2' ? launch.providers : []);
  const providers = [...new Set(services.flatMap(providersOf))].sort();
  const isLoose = services.some((service) => providersOf(service).length === 0);
  const [byProvider, byInstance] = await Promise.all([
    providers.length > 0 ? read.groupsOfProviders(providers) : new Map(),
    isLoose ? read.groupsOfInstances(hosts.map(({ instanceId }) => instanceId)) : new Map<string, string>(),
  ]);
  const loose = [...new Set([...byInstance.values(), ...known])].sort();
  return new Map(
    services.map((service) => {
      const own = providersOf(service);
      return [service.name, own.length === 0 ? loose : own.flatMap((one) => byProvider.get(one)?.group ?? [])];
    }),
  );
}
