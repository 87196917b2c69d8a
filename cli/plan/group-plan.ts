import { decideReview } from '../../functions/rebalance/decide/review.ts';
import { currentTypes } from '../../functions/rebalance/decide/types-of-group.ts';
import type { RegionView, ReviewView } from '../../functions/rebalance/decide/view.ts';
import { observeRegion } from '../../functions/rebalance/observe/region.ts';
import { observeReview } from '../../functions/rebalance/observe/review.ts';
import { makeReader } from '../../functions/rebalance/ports/regional-reader.ts';
import type { Reader, RebalanceTable } from '../../functions/rebalance/reader.ts';
import { makeTableClient } from '../../shared/aws/clients.ts';
import { codeOf, isForbidden } from '../../shared/aws/errors.ts';
import type { RebalanceClients } from '../../shared/aws/rebalance-clients.ts';
import type { Context } from '../../shared/flow.ts';
import type { Place } from '../../shared/model/records.ts';
import { actionsIn } from '../../shared/plan/action.ts';
import { type Operator, oneLine } from '../operator.ts';
import { once } from './still-reader.ts';

/** What the first review of rebalance would make of an Auto Scaling group, with `spotkeeper:rebalance=on`. */
export type GroupPlan = {
  readonly name: string;
  readonly cluster: string;
  /** What holds for it now. */
  readonly rebalance: 'report' | 'on';
  /** The instance types that it launches now, in order; none: by attributes, or not known. */
  readonly types: readonly string[];
  /** undefined: it keeps its types. */
  readonly change: { readonly types: readonly string[]; readonly because: string } | undefined;
  /** Why it keeps them, and what is wrong with it. */
  readonly notes: readonly string[];
};

export type GroupPlans = {
  readonly groups: readonly GroupPlan[];
  /** The permission that is missing: nothing is known of the groups then. */
  readonly refused: string | undefined;
};

/**
 * Lets rebalance look at each group of these clusters as if for the first time: its own observe and decide functions, with
 * an empty table. Placement scores are not asked, as AWS gives few a day, and the function needs them.
 */
export async function groupPlans(
  arns: readonly string[],
  { clients, operator }: { readonly clients: RebalanceClients; readonly operator: Operator },
  context: Context,
): Promise<GroupPlans> {
  const reader = readerOf(arns, { clients, operator }, context);
  try {
    const region = await observeRegion(reader, [], context);
    const groups: GroupPlan[] = [];
    for (const view of region.groups) {
      if (view.policy.rebalance === 'off') continue;
      groups.push(planOf(await observeReview(reader, view), region, context));
    }
    return { groups: groups.toSorted((a, b) => (a.name < b.name ? -1 : 1)), refused: undefined };
  } catch (error) {
    if (!isForbidden(error) && codeOf(error) !== 'UnauthorizedOperation') throw error;
    return { groups: [], refused: oneLine(error) };
  }
}

function planOf(view: ReviewView, region: RegionView, context: Context): GroupPlan {
  const { group, cluster, policy, templateType } = view;
  const plan = decideReview({ ...view, policy: { ...policy, rebalance: 'on' } }, region, context);
  const [change] = actionsIn(plan).flatMap((action) => (action.do === 'set-overrides' ? [action] : []));
  return {
    name: group.name,
    cluster: cluster.name,
    rebalance: policy.rebalance === 'on' ? 'on' : 'report',
    types: currentTypes(group, templateType),
    change: change && { types: change.types, because: change.because },
    notes: plan.notes,
  };
}

function readerOf(
  arns: readonly string[],
  { clients, operator }: { readonly clients: RebalanceClients; readonly operator: Operator },
  context: Context,
): Reader {
  const { runtime, clientConfig } = operator;
  const { now, sleep, log } = runtime;
  // A reader is made with a table; all that would read it is replaced below.
  const client = makeTableClient(context.region, { edge: runtime, clientConfig });
  const { reader } = makeReader(context.region, clients, {
    table: { client, name: 'none', prefix: '', now, sleep },
    log,
  });
  const still = { ...reader, services: once(reader.services), hosts: once(reader.hosts) };
  return {
    ...still,
    ...emptyTable,
    listClusters: async () => arns,
    placementScores: async () => undefined,
    places: async () => new Map((await placesIn(still, arns, context)).map((one) => [one.instanceId, one])),
  };
}

/** The warm map as it would be. */
async function placesIn({ hosts }: Pick<Reader, 'hosts'>, arns: readonly string[], context: Context) {
  const { region, now: expiresAt } = context;
  const known = { is: 'place', region, manage: 'yes', stale: false, expiresAt } as const;
  const found: Place[] = [];
  for (const cluster of arns) {
    for (const { instanceId, arn, pool } of await hosts(cluster))
      found.push({ ...known, instanceId, cluster, containerInstance: arn, pool });
  }
  return found;
}

const emptyTable: RebalanceTable = {
  places: async () => new Map(),
  doomed: async () => [],
  lookouts: async () => [],
  raised: async () => [],
  coolOffs: async () => [],
  standings: async () => [],
  advices: async () => [],
  choices: async () => [],
  replacings: async () => [],
  answers: async () => [],
  scores: async () => [],
};
