import type { Ladder } from '../../functions/failover/decide/ladder.ts';
import { budgetOf } from '../../functions/failover/decide/limits.ts';
import { needsOf } from '../../functions/failover/decide/need.ts';
import type { ClusterView } from '../../functions/failover/decide/view.ts';
import type { Asked } from '../../functions/failover/observe/clusters.ts';
import type { Reader } from '../../functions/failover/reader.ts';
import { hourlyNanoUsd } from '../../shared/core/fargate/prices.ts';
import type { Context } from '../../shared/flow.ts';
import type { Pool } from '../../shared/model/fleet.ts';
import { type Finding, type Rung, type StandbyRung, standbyRungs } from '../../shared/model/lending.ts';
import type { Action, ActionName } from '../../shared/plan/action.ts';
import { describe } from '../../shared/plan/describe.ts';
import { type Rehearsed, rehearse } from './rehearsal.ts';
import { fullView, ifTaken, type WhatIf } from './what-if.ts';

export type StandbyPlan = {
  readonly rung: StandbyRung;
  readonly name: string;
  readonly is: 'to be created' | 'to follow its main service' | 'there';
  /** Tasks that are lent on it now. */
  readonly lent: number;
  /** of one lent task, US dollars */
  readonly hourlyUsd: number;
};

export type ServicePlan = {
  readonly name: string;
  readonly desired: number;
  readonly running: number;
  readonly rungs: readonly Rung[];
  /** Can its tasks run on Fargate? `unknown`: no deployment of it is complete; `not asked`: no rung is on Fargate. */
  readonly fargate: 'yes' | 'no' | 'unknown' | 'not asked';
  readonly refusals: readonly Finding[];
  readonly cautions: readonly Finding[];
  /** The Fargate revision; CPU units and MiB. */
  readonly task: { readonly family: string; readonly cpu: number; readonly memory: number } | undefined;
  readonly roles: readonly string[];
  readonly subnets: readonly { readonly id: string; readonly zone: string; readonly freeAddresses: number }[];
  readonly standbys: readonly StandbyPlan[];
  /** No task of its Fargate revision was seen running: only failover's own records would know of a proof. */
  readonly proof: 'unproven' | undefined;
  /** Tasks that EC2 cannot hold now, and why. */
  readonly missing: number;
  readonly why: string;
};

/** An action, what it is about, and why. */
export type Planned = { readonly do: ActionName; readonly name: string; readonly says: string };

export type ClusterPlan = {
  readonly name: string;
  readonly services: readonly ServicePlan[];
  /** Services that are not to be lent tasks. */
  readonly others: number;
  /** What failover would do before anything is lent. */
  readonly actions: readonly Planned[];
  readonly notes: readonly string[];
  readonly pools: readonly WhatIf[];
  /** Auto Scaling groups whose On-Demand base may be raised: failover must be allowed to pass their instance roles. */
  readonly raisable: readonly string[];
  /** vCPUs on Fargate in its services. */
  readonly vcpus: { readonly [R in StandbyRung]: number };
};

/** Spot Instances by capacity pool. */
export type SpotPools = (instanceIds: readonly string[]) => Promise<readonly SpotPool[]>;
export type SpotPool = { readonly pool: Pool; readonly instanceIds: readonly string[] };

/** All that failover would make of a cluster, and what it would lend if each of its Spot pools were taken now. */
export async function clusterPlan(
  { reader, poolsOf }: { readonly reader: Reader; readonly poolsOf: SpotPools },
  asked: Asked,
  context: Context,
): Promise<ClusterPlan> {
  const rehearsed = await rehearse(reader, asked, context);
  const view = await fullView(rehearsed, context);
  const { ladders } = view.ladders;
  const needs = needsOf(view, context);
  const services = ladders.map((ladder) => {
    const need = needs.of.get(ladder.main.name);
    return servicePlan(ladder, { rehearsed, view, missing: need?.deficit ?? 0, why: need?.why ?? '', context });
  });
  const pools = ladders.length > 0 ? await poolsOf(view.hosts.map(({ instanceId }) => instanceId)) : [];
  const whatIfs: WhatIf[] = [];
  for (const pool of pools) whatIfs.push(await ifTaken(rehearsed, pool, context));
  return {
    name: asked.cluster.name,
    services: await Promise.all(services),
    others: view.services.filter(({ tags }) => tags['spotkeeper:standby-of'] === undefined).length - ladders.length,
    actions: rehearsed.actions.map((action) => ({ do: action.do, name: nameIn(action), says: describe(action) })),
    notes: [...new Set([...view.problems, ...rehearsed.notes.filter((note) => !isFinding(note))])],
    pools: whatIfs,
    raisable: raisableIn(view),
    vcpus: budgetOf(view, context).vcpus(),
  };
}

/** Groups behind the rung `on-demand` that do not buy On-Demand Instances only anyway. */
function raisableIn({ ladders, groups, groupsOf }: ClusterView): readonly string[] {
  const asked = ladders.ladders.filter(({ rungs }) => rungs.includes('on-demand'));
  const behind = new Set(asked.flatMap(({ main }) => groupsOf.get(main.name) ?? []));
  const able = groups.filter(({ onDemand }) => onDemand !== undefined && onDemand.percentageAboveBase < 100);
  return able.flatMap(({ name }) => (behind.has(name) ? [name] : [])).sort();
}

/** What a service's findings say already. */
const isFinding = (note: string): boolean => / (cannot run )?on Fargate: /.test(note);

function nameIn(action: Action): string {
  if (action.do === 'register') return action.definition.family ?? '';
  if ('spec' in action) return action.spec.name;
  return action.do === 'associate' ? action.providers.join(' and ') : '';
}

type Of = {
  readonly rehearsed: Rehearsed;
  readonly view: ClusterView;
  readonly missing: number;
  readonly why: string;
  readonly context: Context;
};

async function servicePlan(ladder: Ladder, of: Of): Promise<ServicePlan> {
  const { rehearsed, missing, why } = of;
  const { main, rungs } = ladder;
  const prepared = rehearsed.prepared.get(main.name);
  const circumstances = rehearsed.materials.get(main.name)?.circumstances;
  const { derived, size, findings = [] } = prepared ?? {};
  const definition = derived === undefined ? undefined : await rehearsed.read.taskDefinition(derived);
  const roles = [definition?.taskRoleArn, definition?.executionRoleArn].flatMap((arn) => arn ?? []);
  const wantsFargate = standbyRungs.some((rung) => rungs.includes(rung));
  const answer = prepared === undefined ? 'unknown' : size === undefined ? 'no' : 'yes';
  return {
    name: main.name,
    desired: main.desired,
    running: main.running,
    rungs,
    fargate: wantsFargate ? answer : 'not asked',
    refusals: findings.filter(({ severity }) => severity === 'refusal'),
    cautions: findings.filter(({ severity }) => severity === 'caution'),
    task: size && { family: definition?.family ?? '', cpu: size.cpu, memory: size.memory },
    roles: [...new Set(roles)].sort(),
    subnets: (circumstances?.subnets ?? []).map(({ id, zone, freeAddresses }) => ({ id, zone, freeAddresses })),
    standbys: standbysOf(ladder, of),
    proof: size === undefined ? undefined : 'unproven',
    missing,
    why,
  };
}

function standbysOf({ main, standbys }: Ladder, { rehearsed, context }: Of): readonly StandbyPlan[] {
  const size = rehearsed.prepared.get(main.name)?.size;
  return standbyRungs.flatMap((rung): StandbyPlan[] => {
    const standby = standbys[rung];
    if (standby === undefined || size === undefined) return [];
    const does = (name: 'create-standby' | 'follow') =>
      rehearsed.actions.some((action) => action.do === name && action.spec.name === standby.name);
    const is = does('create-standby') ? 'to be created' : does('follow') ? 'to follow its main service' : 'there';
    const task = { vcpu: size.cpu / 1024, gb: size.memory / 1024, arm: size.arm };
    const { nanoUsd } = hourlyNanoUsd({ ...task, spot: rung === 'fargate-spot', region: context.region });
    return [{ rung, name: standby.name, is, lent: standby.desired, hourlyUsd: nanoUsd / 1e9 }];
  });
}
