import { STANDBY_OF } from '../../shared/model/lending.ts';
import type { Group } from '../../sim/autoscaling/group.ts';
import type { Cluster, EcsService } from '../../sim/ecs/model.ts';
import { isStandby, rungOf } from '../failover/lending-log.ts';
import { isHandsOff } from '../hands-off.ts';
import { lendingsIn, raisedIn } from './lending-records.ts';
import { isStandbyOf, lentTo } from './lending-truth.ts';
import { rungsWanted } from './rungs-wanted.ts';
import type { Seed } from './seed.ts';

/** What must hold of lending when all is over: what was lent is back where it is not needed, and nothing is left over. */
export function checkLendingLeftovers(seed: Seed): void {
  if (!seed.failover) return;
  for (const cluster of seed.region.parts.ecs.state.clusters.values()) {
    if (isHandsOff(cluster)) continue;
    checkStranded(seed, cluster);
    checkOrphans(seed, cluster);
    checkRecordsOf(seed, cluster);
    checkBases(seed, cluster);
  }
}

/** Does some service of a managed cluster still lack tasks, so that passes over it go on? */
export const isStillShort = ({ region }: Seed): boolean =>
  [...region.parts.ecs.state.clusters.values()].some((cluster) => !isHandsOff(cluster) && isShort(cluster));

/** Does a service of a cluster lack tasks, lent ones not counted? */
export const isShort = (cluster: Cluster): boolean =>
  mainsOf(cluster).some((main) => lacks(main) && rungsWanted(main).length > 0);

/** Tasks that are lent in all managed clusters. */
export const lentOf = ({ region }: Seed): number =>
  [...region.parts.ecs.state.clusters.values()]
    .flatMap((cluster) => (isHandsOff(cluster) ? [] : [...cluster.services.values()].filter(isStandby)))
    .reduce((sum, { status, desired }) => sum + (status === 'ACTIVE' ? desired : 0), 0);

const mainsOf = ({ services }: Cluster): EcsService[] =>
  [...services.values()].filter(
    (one) => one.scheduling === 'REPLICA' && one.status === 'ACTIVE' && !isStandby(one) && one.deployments.length > 0,
  );

const lacks = ({ desired, facts, deployments }: EcsService): boolean =>
  facts.healthy < desired || deployments.length > 1;

/** Whoever has what it desires has had it since the calm phase began to be calm, as nothing has happened for so long. */
function checkStranded({ hands, violated }: Seed, cluster: Cluster): void {
  for (const main of mainsOf(cluster)) {
    const own = [...cluster.services.values()].filter((one) => isStandbyOf(one, main.name));
    if (lacks(main) || own.some((one) => hands.touched(one))) continue;
    const { desired } = lentTo(main);
    if (desired > 0) violated(`${main.name} has all its ${main.desired} tasks and is still lent ${desired}`);
  }
}

/** Standbys of services that are gone, or want their rung no longer. */
function checkOrphans({ violated }: Seed, cluster: Cluster): void {
  for (const standby of cluster.services.values()) {
    if (!isStandby(standby) || standby.status !== 'ACTIVE') continue;
    const rung = rungOf(standby);
    const main = cluster.services.get(standby.tags[STANDBY_OF] ?? '');
    if (rung === undefined) continue;
    if (main?.status !== 'ACTIVE') violated(`${standby.name} is left, and its main service is gone`);
    else if (!rungsWanted(main).includes(rung)) violated(`${standby.name} is left, and ${main.name} wants no ${rung}`);
  }
}

function checkRecordsOf(seed: Seed, cluster: Cluster): void {
  for (const { service, since } of lendingsIn(seed, cluster)) {
    const main = cluster.services.get(service);
    if (since === undefined || main?.status !== 'ACTIVE' || rungsWanted(main).length === 0) continue;
    const { desired } = lentTo(main);
    if (desired === 0) seed.violated(`the record of ${service} says that it is lent tasks, and it is lent none`);
  }
}

/** A base goes down by one in each dwell while its group has what it desires. */
function checkBases(seed: Seed, cluster: Cluster): void {
  const { account, region, settings, hands, violated } = seed;
  // While a service lacks tasks, what it has got is kept.
  if (isShort(cluster)) return;
  const stepMs = Math.max(1, Number(settings.SPOTKEEPER_DWELL_MINUTES)) * 60_000 + STEP_MS;
  for (const { group: name, before, cluster: arn } of raisedIn(seed, cluster)) {
    const group = region.parts.autoScaling.groups.get(name);
    const base = baseOf(group);
    // Without a hook, whoever goes takes its tasks along: it stays, and its owner is told.
    if (!group || group.hooks.size === 0 || arn !== cluster.arn || base <= before || hands.changedGroup(name)) continue;
    const up = [...group.instances.values()];
    const isWhole = up.length === group.desired && up.every(({ lifecycleState }) => lifecycleState === 'InService');
    const changes = account.journal.entries.filter(
      ({ kind, subject }) => kind === 'on-demand-base' && subject === name,
    );
    if (isWhole && account.clock.now() - (changes.at(-1)?.at ?? 0) > stepMs)
      violated(`${name} has all its instances, and its On-Demand base is still ${base} instead of ${before}`);
  }
}

/** The On-Demand base that a group has. */
export const baseOf = (group: Group | undefined): number =>
  group?.policy?.InstancesDistribution?.OnDemandBaseCapacity ?? 0;

/** The instance that goes is replaced first: its boot, and two ticks. */
const STEP_MS = 240_000;
