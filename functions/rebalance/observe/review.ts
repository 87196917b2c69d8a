import { candidatesOf } from '../../../shared/core/offerings/candidates.ts';
import { taskShapeOf } from '../../../shared/core/task-shape.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { ServiceDetail } from '../../../shared/model/lending.ts';
import type { Demand, Prices, ScalingGroup, ServiceDemand, TemplateRef } from '../../../shared/model/offerings.ts';
import { stopSecondsOf } from '../../../shared/model/task-definition.ts';
import { currentTypes, isUnsettled, pinnedTypes, stateOf } from '../decide/types-of-group.ts';
import type { GroupView, Leaving, RegionView, ReviewView } from '../decide/view.ts';
import type { Reader } from '../reader.ts';

const REVIEW_EVERY_MS = 3_600_000;
const TICK_MS = 60_000;
/** A pool that went on cool-off since the last review calls for another, after so long. */
const COOLED_AFTER_MS = 60_000;

/**
 * Of the memory of its type, what an instance registers with ECS at the least: the rest is the kernel's. An m4.large of
 * 8,192 MiB registers 7,985, the smallest types lose a larger share.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html
 */
const MEMORY_SHARE = 0.93;

/**
 * The groups whose types are to be looked at now. Of those whose list is another than was last seen, and of the others,
 * so many a tick as it takes to look at each once an hour: no tick calls much more than another, and a list that AWS
 * refuses again and again keeps no other group waiting.
 */
export function dueForReview({ groups, coolOffs }: RegionView, now: Instant): readonly GroupView[] {
  const looked = groups.filter(({ policy }) => policy.rebalance !== 'off');
  const unsettled = looked.filter(
    ({ choice, group }) => choice !== undefined && isUnsettled(choice, currentTypes(group, undefined)),
  );
  const rank = (view: GroupView): number => {
    const { choice } = view;
    if (choice === undefined) return 1;
    if (now >= later(choice.reviewedAt, REVIEW_EVERY_MS)) return 2;
    const cooled = coolOffs.some(
      ({ pool, noticedAt }) =>
        noticedAt > choice.reviewedAt && runs(view, pool) && now >= later(noticedAt, COOLED_AFTER_MS),
    );
    return cooled ? 2 : Number.POSITIVE_INFINITY;
  };
  const others = looked
    .filter((view) => !unsettled.includes(view))
    .map((view) => ({ view, rank: rank(view) }))
    .filter((one) => one.rank !== Number.POSITIVE_INFINITY)
    .toSorted((a, b) => a.rank - b.rank || longestAgo(a.view, b.view))
    .map(({ view }) => view);
  const many = Math.ceil((groups.length * TICK_MS) / REVIEW_EVERY_MS);
  return [...unsettled.toSorted(longestAgo).slice(0, many), ...others.slice(0, many)];
}

const longestAgo = (a: GroupView, b: GroupView): number =>
  reviewedAt(a) - reviewedAt(b) || (a.group.name < b.group.name ? -1 : 1);

const reviewedAt = ({ choice }: GroupView): number => choice?.reviewedAt ?? 0;

const runs = ({ group }: GroupView, { type, zone }: { type: string; zone: string }): boolean =>
  group.zones.includes(zone) && currentTypes(group, undefined).includes(type);

/** Reads what choosing the types of one group takes. */
export async function observeReview(read: Reader, view: GroupView): Promise<ReviewView> {
  const { group, cluster, policy, choice } = view;
  const template = templateOf(group);
  const [refreshing, image, templateType, drainsByAgent, endsUnhooked, services, catalogue] = await Promise.all([
    read.isRefreshing(group.name),
    template === undefined ? undefined : read.image(template),
    template === undefined ? undefined : read.templateType(template),
    template === undefined ? false : read.drainsByAgent(template),
    group.capacityRebalance ? read.hasTerminationHook(group.name).then((has) => !has) : false,
    read.services(cluster.arn),
    read.catalogue(),
  ]);
  const here = services.filter((service) => mayRunOn(service, view.provider?.name));
  const [demand, leaving] = await Promise.all([demandOf(read, view, here), leavingOf(read, here)]);
  const current = currentTypes(group, templateType);
  const { own } = stateOf(choice, current);
  const runs = { own, pinned: pinnedTypes(group), image, demand, zones: group.zones, policy };
  const { types } = candidatesOf(catalogue, runs);
  const names = [...new Set([...types.map(({ type }) => type), ...current])].sort();
  const [prices, scores] = await Promise.all([
    names.length === 0 ? noPrices : read.prices(names),
    names.length < LEAST_SCORED ? undefined : read.placementScores(names, Math.max(1, group.desired)),
  ]);
  return {
    ...view,
    refreshing,
    image,
    templateType,
    drainsByAgent,
    endsUnhooked,
    demand,
    leaving,
    catalogue,
    prices,
    scores: scores ?? {},
  };
}

/** With fewer types a score is always low: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/how-sps-works.html */
const LEAST_SCORED = 3;

const noPrices: Prices = { spot: new Map(), onDemand: new Map() };

const templateOf = ({ launch }: ScalingGroup): TemplateRef | undefined =>
  launch.by === 'configuration' ? undefined : launch.template;

/** What every instance of the group must hold: the tasks of all services that may run on it. */
async function demandOf(
  read: Reader,
  { cluster, group }: GroupView,
  services: readonly ServiceDetail[],
): Promise<Demand> {
  const demands = await Promise.all(services.map((service) => demandOfService(read, service)));
  const found = demands.flatMap((one) => one ?? []);
  const trunking =
    found.some(({ interfaces }) => interfaces > 0) &&
    (await read.hosts(cluster.arn)).some(
      ({ instanceId, attributes }) =>
        attributes.has('ecs.awsvpc-trunk-id') && group.members.some((member) => member.instanceId === instanceId),
    );
  return { services: found, memoryShare: MEMORY_SHARE, trunking };
}

/** A service that names no capacity provider runs on any instance of its cluster. */
const mayRunOn = ({ launch, status }: ServiceDetail, provider: string | undefined): boolean =>
  status === 'ACTIVE' &&
  launch.on === 'ec2' &&
  (launch.providers.length === 0 || provider === undefined || launch.providers.includes(provider));

async function demandOfService(read: Reader, service: ServiceDetail): Promise<ServiceDemand | undefined> {
  const definition = await read.taskDefinition(service.definition);
  if (definition === undefined) return undefined;
  const { cpu, memory, gpus, interfaces } = taskShapeOf(definition);
  return { service: service.name, daemon: service.daemon, desired: service.desired, cpu, memory, gpus, interfaces };
}

/** A target group takes a call, once an hour: in a large cluster the first ones by the names of their services. */
const TARGET_GROUPS_READ = 40;

async function leavingOf(read: Reader, services: readonly ServiceDetail[]): Promise<readonly Leaving[]> {
  const pairs = services
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((service) =>
      service.balancers
        .flatMap(({ targetGroup, alternate }) => (alternate === undefined ? [targetGroup] : [targetGroup, alternate]))
        .map((targetGroup) => ({ service, targetGroup })),
    );
  const found = await Promise.all(
    pairs.slice(0, TARGET_GROUPS_READ).map(async ({ service, targetGroup }): Promise<readonly Leaving[]> => {
      const [deregistrationSeconds, definition] = await Promise.all([
        read.deregistrationDelay(targetGroup),
        read.taskDefinition(service.definition),
      ]);
      if (deregistrationSeconds === undefined || definition === undefined) return [];
      return [{ service: service.name, targetGroup, deregistrationSeconds, stopSeconds: stopSecondsOf(definition) }];
    }),
  );
  return found.flat();
}
