import type { Context } from '../../../shared/flow.ts';
import { later } from '../../../shared/model/instant.ts';
import type { Raised } from '../../../shared/model/records.ts';
import type { Group } from '../../../shared/model/surroundings.ts';
import type { Action, Guard } from '../../../shared/plan/action.ts';

/** How many instances services want of a group, and which services they are. */
export type WantedInstances = { readonly group: string; readonly instances: number; readonly why: string };

export type OnDemandGiven = {
  readonly cluster: string;
  readonly groups: readonly Group[];
  readonly raised: readonly Raised[];
  readonly wanted: readonly WantedInstances[];
  /** Instance ids of those that are about to go. */
  readonly doomed: ReadonlySet<string>;
  readonly for: readonly string[];
};

export type OnDemandDecision = {
  readonly guards: readonly Guard[];
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
};

const WEEK_MS = 7 * 24 * 3_600_000;
/** A base that somebody set back is left alone so long. */
const UNDONE_MS = 3_600_000;
const UP = new Set(['Pending', 'Pending:Wait', 'Pending:Proceed', 'InService']);

/**
 * The On-Demand rung. The base becomes the On-Demand instances that run plus those that are missing now and wanted, never
 * more: a higher one would replace Spot Instances that are healthy. It is lowered by one when the group has what it
 * desires and the last step was carried out, and ends at what it was.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_InstancesDistribution.html
 */
export function decideOnDemand(given: OnDemandGiven, context: Context): OnDemandDecision {
  const names = [...new Set([...given.wanted, ...given.raised].map(({ group }) => group))].sort();
  const decisions = names.map((name) => ofGroup(name, given, context));
  return {
    guards: decisions.flatMap(({ guards }) => guards),
    actions: decisions.flatMap(({ actions }) => actions),
    notes: decisions.flatMap(({ notes }) => notes),
  };
}

function ofGroup(name: string, given: OnDemandGiven, context: Context): OnDemandDecision {
  const group = given.groups.find((one) => one.name === name);
  const record = given.raised.find((one) => one.group === name);
  const wanted = given.wanted.find((one) => one.group === name);
  const nothing = { guards: [], actions: [], notes: [] };
  if (group === undefined) return nothing;
  const obstacle = whyNot(group);
  if (obstacle !== undefined)
    return wanted ? { ...nothing, notes: [`${name} cannot buy On-Demand instances: ${obstacle}`] } : nothing;
  if (record !== undefined && group.onDemand?.base !== record.base) return differs(group, record, { given, context });
  const counts = countsOf(group, given.doomed);
  const base = group.onDemand?.base ?? 0;
  const more = wanted === undefined ? 0 : Math.min(wanted.instances, counts.missing);
  const target = baseFor(counts.onDemand + more, group);
  const isUndone = record !== undefined && record.before === record.base;
  if (more > 0 && target > base && !isUndone && wanted !== undefined)
    return set(group, record, { base: target, why: wanted.why, given, context });
  if (wanted !== undefined && wanted.instances > 0 && counts.missing === 0 && record === undefined)
    return {
      ...nothing,
      notes: [
        `${name} is at its desired count of ${group.desired}: a higher On-Demand base would replace Spot Instances`,
      ],
    };
  const isWanted = wanted !== undefined && wanted.instances > 0;
  if (record === undefined || isWanted || !mayLower(record, group, { counts, doomed: given.doomed, context })) {
    const kept = record !== undefined && base > record.before && !group.drains;
    const notes = kept ? [keptNote(name, base)] : [];
    return { ...confirm(record, base, { given, context }), notes };
  }
  return set(group, record, {
    base: Math.max(record.before, base - 1),
    why: `${name} has its ${group.desired} instances: one more may be Spot again`,
    given,
    context,
  });
}

const keptNote = (name: string, base: number): string =>
  `${name} keeps its On-Demand base of ${base}: it has no termination hook, so that a lower one would kill the tasks of an instance; add the hook spotkeeper-drain or managed draining, or lower it by hand`;

function whyNot({ onDemand, suspended, refreshing }: Group): string | undefined {
  if (onDemand === undefined) return 'it has no mixed-instances policy';
  if (suspended.includes('Launch')) return 'its process Launch is suspended';
  if (refreshing) return 'an instance refresh is under way';
  return onDemand.percentageAboveBase >= 100 ? 'it buys On-Demand instances anyway' : undefined;
}

type Counts = { readonly onDemand: number; readonly missing: number; readonly inService: number };

/** What a group has, without what is about to go. */
export function countsOf({ instances, desired }: Group, doomed: ReadonlySet<string>): Counts {
  const up = instances.filter(({ lifecycle, instanceId }) => UP.has(lifecycle) && !doomed.has(instanceId));
  return {
    onDemand: up.filter(({ spot }) => !spot).length,
    missing: Math.max(0, desired - up.length),
    inService: up.filter(({ lifecycle }) => lifecycle === 'InService').length,
  };
}

/** The base with which a group wants so many On-Demand instances, its percentage above the base counted in. */
export function baseFor(onDemand: number, { desired, onDemand: policy }: Group): number {
  const share = (policy?.percentageAboveBase ?? 0) / 100;
  return Math.max(0, Math.floor((onDemand - share * desired) / (1 - share)));
}

/**
 * One step at a time: not before the last one was carried out, not while the group is short or has a notice, and only
 * where somebody drains the On-Demand instance that Auto Scaling then ends.
 */
function mayLower(
  { base: asked, before, changedAt, confirmed }: Raised,
  group: Group,
  { counts, doomed, context }: { counts: Counts; doomed: OnDemandGiven['doomed']; context: Context },
): boolean {
  const base = group.onDemand?.base ?? 0;
  const calm = later(changedAt, Math.max(1, context.policy.dwellMinutes) * 60_000);
  const hasAll = counts.missing === 0 && counts.inService >= group.desired;
  const isNoticed = group.instances.some(({ instanceId }) => doomed.has(instanceId));
  const isDone = confirmed && base === asked && counts.onDemand <= base;
  return base > before && isDone && hasAll && !isNoticed && group.drains && context.now >= calm;
}

type Setting = { readonly given: OnDemandGiven; readonly context: Context };

function set(
  group: Group,
  record: Raised | undefined,
  { base, why, given, context }: Setting & { readonly base: number; readonly why: string },
): OnDemandDecision {
  const from = group.onDemand?.base ?? 0;
  const before = record?.before ?? from;
  const next = recordOf(record, { group: group.name, before, base, confirmed: false, reason: why }, { given, context });
  return {
    guards: [guardOf(record, next, given)],
    actions: [
      {
        do: 'set-base',
        for: given.for,
        region: context.region,
        because: why,
        under: guardName(group.name),
        group: group.name,
        from,
        base,
      },
    ],
    notes: [],
  };
}

/** Our last step was seen carried out; a group that has its own base again needs no record. */
function confirm(record: Raised | undefined, base: number, { given, context }: Setting): OnDemandDecision {
  const nothing = { guards: [], actions: [], notes: [] };
  if (record === undefined || (record.confirmed && base > record.before)) return nothing;
  if (base <= record.before) {
    if (record.before === record.base && record.expiresAt > context.now && record.confirmed) return nothing;
    const forget: Action = {
      do: 'forget',
      for: given.for,
      region: context.region,
      because: `${record.group} has its own On-Demand base again`,
      records: [record],
    };
    return { ...nothing, actions: [forget] };
  }
  return {
    ...nothing,
    guards: [guardOf(record, recordOf(record, { ...record, confirmed: true }, { given, context }), given)],
  };
}

/** The base is not what we set: not carried out yet, or somebody undid it, and that is not repeated. */
function differs(group: Group, record: Raised, { given, context }: Setting): OnDemandDecision {
  const base = group.onDemand?.base ?? 0;
  if (!record.confirmed) return set(group, { ...record }, { base: record.base, why: record.reason, given, context });
  const next = {
    ...recordOf(record, { ...record, before: base, base, confirmed: true }, { given, context }),
    expiresAt: later(context.now, UNDONE_MS),
  };
  return {
    guards: [guardOf(record, next, given)],
    actions: [],
    notes: [
      `somebody set the On-Demand base of ${group.name} to ${base}, where spotkeeper had ${record.base}: it is left so; let your infrastructure code ignore on_demand_base_capacity`,
    ],
  };
}

function recordOf(
  record: Raised | undefined,
  { group, before, base, confirmed, reason }: Pick<Raised, 'group' | 'before' | 'base' | 'confirmed' | 'reason'>,
  { given, context }: Setting,
): Raised {
  const { now, region } = context;
  return {
    is: 'raised',
    region,
    group,
    cluster: given.cluster,
    before,
    base,
    confirmed,
    since: record?.since ?? now,
    changedAt: confirmed ? (record?.changedAt ?? now) : now,
    reason,
    version: (record?.version ?? 0) + 1,
    by: given.for[0] ?? '',
    expiresAt: later(now, WEEK_MS),
  };
}

const guardName = (group: string): string => `group ${group}`;

const guardOf = (record: Raised | undefined, next: Raised, given: OnDemandGiven): Guard => ({
  name: guardName(next.group),
  for: given.for,
  expected: record?.version ?? 'absent',
  whenLost: 'leave',
  next,
});
