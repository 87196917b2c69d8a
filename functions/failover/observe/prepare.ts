import type { Circumstances } from '../../../shared/core/fargate/circumstances.ts';
import { deriveFargate } from '../../../shared/core/fargate/derive.ts';
import { standbyNetwork } from '../../../shared/core/fargate/network.ts';
import { textHash } from '../../../shared/core/text-hash.ts';
import type { Context } from '../../../shared/flow.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import { type Balancer, type Deployment, type ServiceDetail, standbyRungs } from '../../../shared/model/lending.ts';
import type { Preparation } from '../../../shared/model/preparation.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import type { Ladder } from '../decide/ladder.ts';
import type { Material, PrepareView } from '../decide/material.ts';
import { isTaken } from '../decide/preparation.ts';
import { RECHECK_MS } from '../decide/prepared-record.ts';
import type { ClusterView } from '../decide/view.ts';
import type { Reader } from '../reader.ts';

/** At most so many services a pass for which something is to be done: a registration each, of which ECS takes one a second. */
export const PER_PASS = 15;
/** And so many whose hour is over: what is looked at again costs two calls each. */
const AGAIN_PER_PASS = 5;
const MINUTE_MS = 60_000;

/**
 * How many of them a pass may take of one of several clusters: they share the bucket, and the function's 60 s.
 * @param place the cluster's place `at` among `of` that are looked at together
 * @returns 0: others have their turn this minute
 */
export function shareOf({ at, of }: { readonly at: number; readonly of: number }, now: Instant): number {
  const places = Math.min(of, PER_PASS);
  const first = (Math.floor(now / MINUTE_MS) * places) % of;
  return (at - first + of) % of < places ? Math.max(1, Math.floor(PER_PASS / of)) : 0;
}

export type ToPrepare = {
  readonly view: ClusterView;
  readonly preparation: Preparation | undefined;
  /** At most so many services for which something is to be done. */
  readonly most: number;
};

/** What the standbys of a cluster need, of the services for which something is to be done. */
export async function observePrepare(
  read: Reader,
  { view, preparation, most }: ToPrepare,
  context: Context,
): Promise<PrepareView> {
  const { for: records, account, cluster, services } = view;
  const due = isTaken(preparation, context.now) ? [] : await dueOf(read, view, context);
  const { chosen, after } = inTurns(due, { most, after: preparation?.after });
  const materials = await Promise.all(chosen.map((one) => materialOf(read, view, one)));
  return { for: records, account, cluster, services, materials: materials.flat(), preparation, after };
}

/** As many as a pass takes; those behind the one with which the last pass ended come first, so that each gets its turn. */
function inTurns(due: readonly Due[], { most, after = '' }: { most: number; after: string | undefined }) {
  const isBehind = ({ ladder: { main } }: Due): boolean => main.name > after;
  const sorted = due.toSorted((a, b) => (a.ladder.main.name < b.ladder.main.name ? -1 : 1));
  const turns = [...sorted.filter(isBehind), ...sorted.filter((one) => !isBehind(one))];
  const [now, again] = [turns.filter((one) => one.due === 'now'), turns.filter((one) => one.due === 'again')];
  const [first, second] = [now.slice(0, most), again.slice(0, AGAIN_PER_PASS)];
  const last = first.length < now.length ? first.at(-1) : second.length < again.length ? second.at(-1) : undefined;
  return { chosen: [...first, ...second], after: last?.ladder.main.name };
}

type Due = {
  readonly ladder: Ladder;
  readonly revision: string;
  readonly balancers: readonly Balancer[];
  readonly about: string;
  /** `again`: only to see whether what was found still holds. */
  readonly due: 'now' | 'again';
};

async function dueOf(read: Reader, view: ClusterView, context: Context): Promise<readonly Due[]> {
  const all = await Promise.all(
    view.ladders.ladders.map(async (ladder): Promise<readonly Due[]> => {
      const main = asDeployed(ladder.main);
      if (main === undefined || !standbyRungs.some((rung) => ladder.rungs.includes(rung))) return [];
      const balancers = await productionGroups(read, main);
      const about = aboutOf(view, { ladder, main, balancers });
      const due = whenDue({ ladder, about }, view, context);
      return due === 'later' ? [] : [{ ladder: { ...ladder, main }, revision: main.definition, balancers, about, due }];
    }),
  );
  return all.flat();
}

/**
 * The main service as its last COMPLETED deployment made it: a standby never follows one that may fail. The only one that
 * there is counts when tasks of it run: a service that was short from the start never completed any. Controllers other
 * than ECS do not say how a deployment went.
 */
function asDeployed(main: ServiceDetail): ServiceDetail | undefined {
  if (main.controller !== 'ECS') return main;
  const { deployments } = main;
  const completed = deployments.filter(({ rollout }) => rollout === 'COMPLETED');
  const proven = completed.length === 0 && deployments.length === 1 && main.running > 0 ? deployments : completed;
  const last = proven.reduce<Deployment | undefined>((a, b) => (a && a.createdAt >= b.createdAt ? a : b), undefined);
  return last && { ...main, definition: last.definition, network: last.network ?? main.network };
}

/** Of two target groups that a blue/green service swaps, the one to which its listener rule sends production. */
async function productionGroups(read: Reader, main: ServiceDetail): Promise<readonly Balancer[]> {
  return Promise.all(
    main.balancers.map(async (balancer) => {
      const { targetGroup, alternate, productionRule } = balancer;
      if (alternate === undefined || productionRule === undefined) return balancer;
      const weights = await read.ruleWeights(productionRule);
      const isSwapped = (weights.get(alternate) ?? 0) > (weights.get(targetGroup) ?? 0);
      return isSwapped ? { ...balancer, targetGroup: alternate, alternate: targetGroup } : balancer;
    }),
  );
}

function whenDue(
  { ladder, about }: Pick<Due, 'ladder' | 'about'>,
  view: ClusterView,
  { now, policy }: Context,
): Due['due'] | 'later' {
  const prepared = view.prepared.get(ladder.main.name);
  if (prepared === undefined || prepared.about !== about) return 'now';
  const { size, proof } = prepared;
  const isProving = ladder.policy.proofRun === 'on' && (proof === 'unproven' || proof === 'running');
  const isUnfinished =
    isProving || standbyRungs.some((rung) => ladder.rungs.includes(rung) && isOdd(ladder, prepared, rung));
  if (isUnfinished && size !== undefined && policy.mode !== 'observe') return 'now';
  return later(prepared.checkedAt, RECHECK_MS) <= now ? 'again' : 'later';
}

/** It is missing, or was never seen as it should be, or runs another revision. */
const isOdd = ({ standbys }: Ladder, prepared: Prepared, rung: (typeof standbyRungs)[number]): boolean =>
  prepared.fingerprints[rung] === undefined || standbys[rung]?.definition !== prepared.derived;

/** All that a standby is made of, as far as it is known without asking further. */
function aboutOf(
  { cluster, services }: ClusterView,
  { ladder, main, balancers }: { ladder: Ladder; main: ServiceDetail; balancers: readonly Balancer[] },
): string {
  const { policy, rungs } = ladder;
  const { desired: _d, running: _r, pending: _p, deployments: _e, unplaced: _u, ...rest } = main;
  const standbys = Object.values(ladder.standbys).map(({ definition, network, balancers: of, graceSeconds, exec }) => ({
    definition,
    network,
    of,
    graceSeconds,
    exec,
  }));
  const daemons = services.filter(({ daemon }) => daemon).map(({ name }) => name);
  return textHash(JSON.stringify([rest, balancers, rungs, policy, cluster.providers, daemons, standbys]));
}

async function materialOf(read: Reader, view: ClusterView, due: Due): Promise<readonly Material[]> {
  const { ladder, balancers, about } = due;
  const { main, policy } = ladder;
  const revision = await read.taskDefinition(due.revision);
  if (revision === undefined) return [];
  const network = standbyNetwork(main, policy);
  const groups = [
    ...balancers.map(({ targetGroup }) => targetGroup),
    ...(policy.ipTargetGroup === 'none' ? [] : [policy.ipTargetGroup]),
  ];
  const [subnets, types, hosts] = await Promise.all([
    network === undefined ? [] : read.subnets(network.subnets),
    Promise.all([...new Set(groups)].map(async (arn) => [arn, await read.targetGroupType(arn)] as const)),
    read.hosts(view.cluster.arn),
  ]);
  const providers = main.launch.on === 'ec2' ? main.launch.providers : [];
  const own = hosts.filter(({ provider }) => providers.length === 0 || providers.includes(provider ?? ''));
  // With all instances gone nothing says any more what they were: what was derived while there were some stands.
  if (own.length === 0 && view.prepared.get(main.name)?.revision === due.revision) return [];
  const attribute = (name: string) => [...new Set(own.flatMap(({ attributes }) => attributes.get(name) ?? []))].sort();
  const circumstances: Circumstances = {
    main,
    architectures: attribute('ecs.cpu-architecture'),
    systems: attribute('ecs.os-type'),
    network,
    subnets,
    balancers,
    targetTypes: new Map(types),
    daemons: view.services.filter(({ daemon }) => daemon).map(({ name }) => name),
    policy,
  };
  const family = deriveFargate(revision, circumstances).definition?.family;
  const prepared = view.prepared.get(main.name);
  const isProving = policy.proofRun === 'on' && prepared?.proof === 'running' && family !== undefined;
  const [latest, proofs] = await Promise.all([
    family === undefined || main.launch.on === 'fargate' ? undefined : read.taskDefinition(family),
    isProving ? read.proofTasks(view.cluster.arn, family) : [],
  ]);
  return [{ ladder, revision, latest, circumstances, prepared, lending: view.lendings.get(main.name), proofs, about }];
}
