import { standbyName } from '../../../shared/core/standby-name.ts';
import {
  RUNG_TAG,
  type Rung,
  type ServiceDetail,
  STANDBY_OF,
  type StandbyRung,
  standbyRungs,
} from '../../../shared/model/lending.ts';
import { FAILOVER_TAG, isUnclear, manageTag, type Policy, policyOf } from '../../../shared/policy.ts';

/** A service that may be lent tasks: its own policy, its rungs in order, and its standbys as far as they exist. */
export type Ladder = {
  readonly main: ServiceDetail;
  readonly policy: Policy;
  readonly rungs: readonly Rung[];
  readonly standbys: { readonly [R in StandbyRung]?: ServiceDetail };
};

/** A standby that is to go: its main service is gone, or wants it no longer. */
export type Orphan = { readonly standby: ServiceDetail; readonly rung: StandbyRung; readonly why: string };

export type Ladders = {
  readonly ladders: readonly Ladder[];
  readonly orphans: readonly Orphan[];
  readonly problems: readonly string[];
};

/**
 * Which services of a cluster may be lent tasks. The nearest tag wins: the service's, the cluster's, the account's setting.
 * Only services that carry `spotkeeper:standby-of` are standbys, whatever their names are.
 */
export function laddersOf(
  services: readonly ServiceDetail[],
  policy: Policy,
  { managed = true, unclear = false }: OfCluster = {},
): Ladders {
  const cluster = { policy, managed, unclear };
  const standbys = services.filter((one) => isStandby(one) && one.status !== 'INACTIVE');
  const asked = services.filter((one) => !isStandby(one)).map((main) => askedFor(main, { cluster, standbys }));
  const ladders = asked
    .filter(({ main, rungs }) => main.status === 'ACTIVE' && rungs.length > 0)
    .map(({ problems: _p, ...one }) => ({ ...one, standbys: standbysOf(one.main, { rungs: one.rungs, standbys }) }))
    .sort((a, b) => b.policy.priority - a.policy.priority || (a.main.name < b.main.name ? -1 : 1));
  return {
    ladders,
    orphans: standbys.flatMap((standby) => orphan(standby, { ladders, services })),
    problems: [...asked.flatMap(({ problems }) => problems), ...standbys.flatMap(problemOf)],
  };
}

export const isStandby = ({ tags }: ServiceDetail): boolean => tags[STANDBY_OF] !== undefined;

/** The rung of a standby, by its name, which nobody can change; one that is named otherwise must have the tag. */
export const rungOf = ({ name, tags }: ServiceDetail): StandbyRung | undefined =>
  standbyRungs.find((rung) => name === standbyName(tags[STANDBY_OF] ?? '', rung)) ??
  standbyRungs.find((rung) => rung === tags[RUNG_TAG]);

/** Its tag of the rung is not what we gave it. */
function problemOf(standby: ServiceDetail): readonly string[] {
  const { name, tags } = standby;
  const [rung, tag] = [rungOf(standby), tags[RUNG_TAG]];
  if (tag !== undefined && tag === rung) return [];
  const found = `${name} ${tag === undefined ? `has no tag ${RUNG_TAG}` : `is tagged ${RUNG_TAG}="${tag}"`}`;
  return rung === undefined
    ? [`${found}; allowed: ${standbyRungs.join(' or ')}; it is left alone, although it is tagged ${STANDBY_OF}`]
    : [`${found}: somebody changed it by hand; by its name it is used as ${rung}; tag it ${RUNG_TAG}=${rung} again`];
}

/** What a cluster's tags say. `managed`: false, and what was lent is taken back. */
export type OfCluster = {
  readonly managed?: boolean;
  /** Its tag names rungs in words that nobody understands. */
  readonly unclear?: boolean;
};

function askedFor(
  main: ServiceDetail,
  { cluster, standbys }: { cluster: Required<OfCluster> & { policy: Policy }; standbys: readonly ServiceDetail[] },
) {
  const name = `service ${main.name}`;
  const { policy, problems } = policyOf(cluster.policy, { name, tags: main.tags });
  const { manage, problems: others } = manageTag(name, main.tags, cluster.managed ? 'yes' : 'no');
  const unclear = isUnclear(main.tags) || (cluster.unclear && main.tags[FAILOVER_TAG] === undefined);
  const own = standbys.flatMap((one) => (one.tags[STANDBY_OF] === main.name ? (rungOf(one) ?? []) : []));
  const wanted =
    unclear && policy.failover.length === 0 ? standbyRungs.filter((rung) => own.includes(rung)) : undefined;
  const rungs = manage === 'yes' && !main.daemon ? (wanted ?? ladderOn(main, policy)) : [];
  return { main, policy, rungs, problems: [...problems, ...others] };
}

/** A service that runs on Fargate Spot begins with the rung after it; one on Fargate has nowhere to go. */
function ladderOn({ launch }: ServiceDetail, { failover }: Policy): readonly Rung[] {
  if (launch.on === 'ec2') return failover;
  return launch.spot ? failover.filter((rung) => rung === 'fargate') : [];
}

/** Those on rungs that the service has; others are orphans, and nothing is lent on them any more. */
function standbysOf(
  { name }: ServiceDetail,
  { rungs, standbys }: { rungs: readonly Rung[]; standbys: readonly ServiceDetail[] },
): Ladder['standbys'] {
  const own = standbys.filter(({ tags, status }) => tags[STANDBY_OF] === name && status === 'ACTIVE');
  return Object.fromEntries(
    own.flatMap((one) => {
      const rung = rungOf(one);
      return rung !== undefined && rungs.includes(rung) ? [[rung, one]] : [];
    }),
  );
}

function orphan(
  standby: ServiceDetail,
  { ladders, services }: { ladders: readonly Ladder[]; services: readonly ServiceDetail[] },
): readonly Orphan[] {
  const rung = rungOf(standby);
  if (rung === undefined || standby.status !== 'ACTIVE') return [];
  const name = standby.tags[STANDBY_OF] ?? '';
  const ladder = ladders.find(({ main }) => main.name === name);
  if (ladder?.rungs.includes(rung)) return [];
  const main = services.find((one) => one.name === name && one.status === 'ACTIVE');
  const why = main === undefined ? `its main service ${name} is gone` : `${name} does not want ${rung} any more`;
  return [{ standby, rung, why }];
}

/**
 * A service that DRAINING would cut below its desired count, and that can be lent tasks before: its minimum is under 100
 * and its maximum allows more tasks than it desires.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-instance-draining.html
 */
export function wouldBeCut({ main, policy, standbys }: Ladder): boolean {
  const { desired, minimumHealthyPercent, maximumPercent, launch } = main;
  return (
    policy.holdDrain === 'on' &&
    launch.on === 'ec2' &&
    desired > 0 &&
    Object.keys(standbys).length > 0 &&
    Math.ceil((desired * minimumHealthyPercent) / 100) < desired &&
    Math.floor((desired * maximumPercent) / 100) > desired
  );
}
