import type { Context } from '../../../shared/flow.ts';
import type { Incident, IncidentLending, IncidentStage } from '../../../shared/model/incident.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { StandbyRung } from '../../../shared/model/lending.ts';
import { standbyRungs } from '../../../shared/model/lending.ts';
import { poolKey } from '../../../shared/model/offerings.ts';
import type { Doomed, Interruption, Lending, Lookout } from '../../../shared/model/records.ts';

/** A cluster in which something may be amiss. */
export type ClusterSeen = {
  /** ARN */
  readonly cluster: string;
  readonly doomed: readonly Doomed[];
  /** Instances that went without a notice lately. */
  readonly missed: readonly Interruption[];
  readonly lendings: readonly Lending[];
  readonly lookout: Lookout | undefined;
  /** The one that is open. */
  readonly incident: Incident | undefined;
};

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Notices within so long count as one storm, although the first instances are gone by then. */
const AT_ONCE_MS = 3 * MINUTE_MS;
/** So long nothing is lent before all is said to be back: what is lent again within it is no other message. */
const BACK_MS = 5 * MINUTE_MS;
/** So long after something was last doomed or lent an incident is over. */
const QUIET_MS = 10 * MINUTE_MS;
/** A weekly report is about days up to eight days ago; a month can be shown by hand. */
const KEPT_MS = 40 * 24 * HOUR_MS;
/** DynamoDB takes 400 KB an item. */
const MOST_LENDINGS = 500;

/**
 * An incident as it stands now: opened, advanced or closed.
 * @returns undefined: there is nothing to write down
 */
export function incidentNow(seen: ClusterSeen, by: string, { region, now, policy }: Context): Incident | undefined {
  const doomed = seen.doomed.filter((one) => isOfStorm(one, now));
  const lent = seen.lendings.filter(isLent);
  const found = { doomed, missed: seen.missed, lent };
  const before = seen.incident;
  const isStorm = idsIn(found).length >= policy.stormInstances;
  if (before === undefined && !isStorm && lent.length === 0) return undefined;
  const was = before ?? opened(seen.cluster, found, { region, now });
  const instances = [...new Set([...was.instances, ...idsIn(found)])].sort();
  const isLosing = doomed.some(isOpen);
  const lendings = lendingsNow(was.lent, lent, now);
  const isReturn = was.lent.some(({ until }, index) => until !== lendings[index]?.until);
  // What comes back comes back now: an incident is not shorter than what was lent in it.
  const isActive = isLosing || lent.length > 0 || isReturn || instances.length > was.instances.length;
  const activeAt = isActive ? now : was.activeAt;
  const isOver = !isActive && now >= later(activeAt, QUIET_MS);
  const isBack = !isLosing && lent.length === 0 && now >= later(backAt(lendings), BACK_MS);
  const told = toldNow(was.told, { isStorm, isLent: lent.length > 0, isBack, isOver });
  if (!isActive && !isOver && told.length === was.told.length) return undefined;
  return {
    ...was,
    closedAt: isOver ? now : undefined,
    activeAt,
    instances,
    pools: [...new Set([...was.pools, ...poolsIn(found)])].sort(),
    lent: lendings,
    lentCost: was.lentCost + costSince(was.costedTo, { lent, lookout: seen.lookout, now }),
    costedTo: now,
    told,
    version: was.version + 1,
    by,
    expiresAt: later(now, KEPT_MS),
  };
}

type Found = {
  readonly doomed: readonly Doomed[];
  readonly missed: readonly Interruption[];
  readonly lent: readonly Lending[];
};

const isOpen = ({ closedAt }: Doomed): boolean => closedAt === undefined;

/** Scale-ins and maintenance are no storms: somebody wanted them, or has known them for days. */
const isOfStorm = (one: Doomed, now: Instant): boolean =>
  one.cause === 'spot' && (isOpen(one) || one.noticedAt > later(now, -AT_ONCE_MS));

const isLent = ({ since, rungs }: Lending): boolean =>
  since !== undefined && standbyRungs.some((rung) => (rungs[rung]?.want ?? 0) > 0);

const idsIn = ({ doomed, missed }: Found): readonly string[] => [
  ...new Set([...doomed, ...missed].map(({ instanceId }) => instanceId)),
];

const poolsIn = ({ doomed, missed }: Found): readonly string[] =>
  [...doomed, ...missed].flatMap(({ pool }) => (pool === undefined ? [] : [poolKey(pool)]));

/** It began with what is oldest, not with who sees it first: of two passes both find the same beginning, and one record. */
function opened(
  cluster: string,
  { doomed, missed, lent }: Found,
  { region, now }: Pick<Context, 'region' | 'now'>,
): Incident {
  const signs = [...doomed, ...missed].map(({ noticedAt }) => noticedAt);
  const openedAt = instant(Math.min(now, ...signs, ...lent.map(({ since = now }) => since)));
  return {
    is: 'incident',
    region,
    cluster,
    openedAt,
    closedAt: undefined,
    activeAt: now,
    instances: [],
    pools: [],
    lent: [],
    lentCost: 0,
    costedTo: openedAt,
    countedAt: undefined,
    told: [],
    filed: false,
    version: 0,
    by: '',
    expiresAt: now,
  };
}

/** A service that is lent tasks again after they were back has another line. */
function lendingsNow(
  before: readonly IncidentLending[],
  lent: readonly Lending[],
  now: Instant,
): readonly IncidentLending[] {
  const byService = new Map(lent.map((one) => [one.service, one]));
  const known = before.map((one): IncidentLending => {
    if (one.until !== undefined) return one;
    const lending = byService.get(one.service);
    byService.delete(one.service);
    return lending === undefined
      ? { ...one, until: now }
      : { ...one, most: mostOf(one.most, lending), why: lending.reason };
  });
  const begun = [...byService.values()].map(
    (lending): IncidentLending => ({
      service: lending.service,
      since: lending.since ?? now,
      until: undefined,
      most: mostOf({}, lending),
      why: lending.reason,
    }),
  );
  return [...known, ...begun].slice(0, MOST_LENDINGS);
}

function mostOf(before: IncidentLending['most'], { rungs }: Lending): IncidentLending['most'] {
  const most: Partial<Record<StandbyRung, number>> = {};
  for (const rung of standbyRungs) {
    const tasks = Math.max(before[rung] ?? 0, rungs[rung]?.want ?? 0);
    if (tasks > 0) most[rung] = tasks;
  }
  return most;
}

/** When the last of what was lent came back. */
const backAt = (lendings: readonly IncidentLending[]): Instant =>
  instant(Math.max(0, ...lendings.map(({ until = 0 }) => until)));

/**
 * Four at most: each comes true once, in whatever order a storm and a lending begin. While instances are still lost, and
 * for some minutes after, what is back may be lent again: that all is back is told when it is likely to stay so.
 */
function toldNow(
  told: readonly IncidentStage[],
  { isStorm, isLent, isBack, isOver }: Readonly<Record<'isStorm' | 'isLent' | 'isBack' | 'isOver', boolean>>,
): readonly IncidentStage[] {
  const wasLent = told.includes('lent') || isLent;
  const now: readonly (IncidentStage | false)[] = [
    isStorm && 'begun',
    isLent && 'lent',
    wasLent && isBack && 'back',
    isOver && 'over',
  ];
  return [...told, ...now.filter((stage) => stage !== false).filter((stage) => !told.includes(stage))];
}

/**
 * What lent tasks cost since it was last added up, at the rate of now. A minute without lent tasks is not written down:
 * nothing was lent before the oldest lending of now began.
 */
function costSince(
  costedTo: Instant,
  {
    lent,
    lookout,
    now,
  }: { readonly lent: readonly Lending[]; readonly lookout: Lookout | undefined; readonly now: Instant },
): number {
  if (lent.length === 0) return 0;
  const from = Math.max(costedTo, Math.min(...lent.map(({ since = now }) => since)));
  return Math.round(((lookout?.lent.hourlyNanoUsd ?? 0) * Math.max(0, now - from)) / HOUR_MS);
}
