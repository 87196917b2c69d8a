import { dwellMs } from '../../../shared/core/dwell.ts';
import type { Context } from '../../../shared/flow.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Evidence, ServiceDetail } from '../../../shared/model/lending.ts';
import type { Lending } from '../../../shared/model/records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import { distribute, keptBy, type Shares } from './distribute.ts';
import type { Ladder } from './ladder.ts';
import type { Budget } from './limits.ts';
import { type RungNow, wanting } from './rungs.ts';
import type { ServiceGiven } from './service-given.ts';
import { notesOf } from './service-notes.ts';
import { isSlow, launchedBy } from './starts.ts';

export type ServiceDecision = {
  /** The record as it should be; undefined: it stays as it is. */
  readonly next: Lending | undefined;
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  /** When to look again; undefined: the tick will do. */
  readonly at: Instant | undefined;
  /** Tasks that no standby rung takes. */
  readonly unmet: number;
  readonly evidence: Evidence | undefined;
  readonly deadline: Instant | undefined;
};

const WEEK_MS = 7 * 24 * 3_600_000;
/** How long evidence is believed without a gap: a failure to place comes before the tasks are missing. */
const EVIDENCE_MS = 120_000;
/** Without a load balancer a task counts as healthy so long after RUNNING; the same page as minimumHealthyPercent. */
const HEALTHY_MS = 45_000;
const SOON_MS = 5_000;
const MOVING_MS = 120_000;
const FLAPS_KEPT = 20;
/** Longer than the hour of which a dwell counts them: it counts from the last need, and that may be a dwell ago. */
const FLAPS_MS = 2 * 3_600_000;

/**
 * How many tasks a service is lent, and on which rung. Raised at once on evidence of a shortage; lowered only after the
 * dwell, never below the deficit, never while a notice is open in the pools that carry it; at once where the maximum
 * percent of the main service would be exceeded.
 */
export function decideService(seen: ServiceGiven, budget: Budget, context: Context): ServiceDecision {
  const { ladder, rungs } = seen;
  const lent = sum(rungs, ({ lent: tasks }) => tasks);
  const given = { ...seen, need: { ...seen.need, deficit: stillNeeded(seen, lent) } };
  const evidence = evidenceOf(given, context.now);
  const neededAt = given.need.deficit < lent ? neededUntil(given, lent, context.now) : undefined;
  const { why, ...asked } = wantedOf(given, { lent, evidence, neededAt }, context);
  // What a dry rung did not bring up is no lent task: where it is not missing, no other rung gets it.
  const real = Math.max(sum(rungs, keptBy), given.need.deficit);
  const wanted = { why, total: asked.total > lent ? asked.total : Math.min(asked.total, real) };
  const doubled = wanted.total > lent && isSlow(given, context.now);
  const shares = distribute(
    { total: wanted.total, most: given.need.most, doubled, until: launchedBy(given), rungs, ladder },
    budget,
  );
  const next = nextRecord(given, { lent, evidence, neededAt, wanted, shares }, context);
  return {
    next: isNews(given.before, next) ? next : undefined,
    actions: rungs.flatMap((rung) => changed(rung, shares, { given, why: wanted.why, region: context.region })),
    notes: notesOf(given, { lent, shares }),
    at: lookAgain(given, { lent, shares, neededAt }, context),
    unmet: shares.unmet,
    evidence,
    deadline: given.deadline,
  };
}

/** A task that is placed does not serve yet: without a load balancer to ask, what is lent for it stays until it runs. */
function stillNeeded({ need, healthy, ladder: { main } }: ServiceGiven, lent: number): number {
  if (healthy !== undefined) return need.deficit;
  return Math.max(need.deficit, Math.min(lent, need.most, main.desired - main.running));
}

/** When a part of what is lent was last needed: what was needed until now has its dwell from now on. */
function neededUntil({ need, before }: ServiceGiven, lent: number, now: Instant): Instant {
  const falls = before !== undefined && before.deficit < lent && need.deficit < before.deficit;
  return falls ? now : (before?.neededAt ?? now);
}

type Seen = {
  readonly lent: number;
  readonly evidence: Evidence | undefined;
  readonly neededAt: Instant | undefined;
};

type Wanted = { readonly total: number; readonly why: string };

function wantedOf(given: ServiceGiven, { lent, evidence, neededAt }: Seen, { now }: Context): Wanted {
  const { need, swapping, ladder } = given;
  const { why } = need;
  if (lent > need.most && need.deficit < lent) {
    const total = Math.max(need.most, need.deficit);
    return { total, why: `${why}; more than maximum ${ladder.main.maximumPercent} % would run` };
  }
  const raise = Math.min(evidence ? believed(given, evidence) : 0, need.most);
  if (raise > lent && !swapping) return { total: raise, why: `${why} (${evidence?.text})` };
  if (need.deficit >= lent || neededAt === undefined) return { total: lent, why };
  const returned = lent - Math.max(need.deficit, lent - returnable(given, { lent, neededAt, now }));
  return returned > 0 ? { total: lent - returned, why: `${why}; ${lent} are lent` } : { total: lent, why };
}

/**
 * How much of the deficit the evidence stands for: while two deployments are under way, what is missing may be their
 * doing, and only a failure to place since then, or a notice for what it still carries, is believed.
 */
function believed({ ladder: { main }, need }: ServiceGiven, evidence: Evidence): number {
  const isDeploying = main.deployments.length > 1;
  return !isDeploying || isFresh(evidence, main) ? need.deficit : Math.min(need.deficit, need.predicted);
}

/** A failure to place or start since the newest deployment began. */
const isFresh = ({ kind, at }: Evidence, { deployments }: ServiceDetail): boolean =>
  kind !== 'notice' && at >= Math.max(0, ...deployments.map(({ createdAt }) => createdAt));

/** How many lent tasks may go now. */
function returnable(
  { need, noticeOpen, healthy, ladder, rungs, before }: ServiceGiven,
  { lent, neededAt, now }: { lent: number; neededAt: Instant; now: Instant },
): number {
  const surplus = lent - need.deficit;
  const serving = sum(rungs, ({ running }) => running);
  // Both rungs were asked for the same tasks: what is too many goes as soon as enough serve.
  if (before?.doubled) return serving >= need.deficit ? surplus : 0;
  if (noticeOpen || now < later(neededAt, dwellOf(ladder, before, neededAt))) return 0;
  if (healthy === undefined && now < later(neededAt, HEALTHY_MS)) return 0;
  // Those that were taken back already serve a little longer. A target group may have targets of other services, too.
  const going = sum(rungs, (rung) => Math.max(0, rung.running - rung.lent));
  const up = Math.min(healthy ?? Number.POSITIVE_INFINITY, ladder.main.running + serving);
  return Math.min(surplus, Math.max(0, up - going - ladder.main.desired));
}

/** Asked with the last moment of need, so that its end does not move. */
const dwellOf = ({ policy }: Ladder, before: Lending | undefined, neededAt: Instant): number =>
  dwellMs(before?.began ?? [], neededAt, policy);

function evidenceOf({ before, told, need, ladder: { main } }: ServiceGiven, now: Instant): Evidence | undefined {
  const known = before?.evidence;
  if (told !== undefined && (known === undefined || told.at >= known.at)) return told;
  // During a deployment a failure says more than a notice.
  const isBetter = known !== undefined && main.deployments.length > 1 && isFresh(known, main);
  if (need.displaced > 0 && need.deficit > 0 && known?.kind !== 'notice' && !isBetter)
    return { kind: 'notice', at: now, text: 'Spot interruption notice' };
  if (known === undefined) return undefined;
  return need.deficit > 0 || need.displaced > 0 || now < later(known.at, EVIDENCE_MS) ? known : undefined;
}

type Decided = Seen & { readonly wanted: Wanted; readonly shares: Shares };

function nextRecord(given: ServiceGiven, decided: Decided, { region, now }: Context): Lending {
  const { before, ladder, need, rungs } = given;
  const { lent, evidence, neededAt, wanted, shares } = decided;
  const { main } = ladder;
  const after = sum([...shares.counts.values()], (count) => count);
  const begins = lent === 0 && after > 0;
  const recent = (before?.began ?? []).filter((at) => at > now - FLAPS_MS);
  const learned = rungs.flatMap(({ rung, state: { servedAt, setAt } }) =>
    servedAt !== undefined && before?.rungs[rung]?.servedAt === undefined ? [servedAt - setAt] : [],
  );
  return {
    is: 'lending',
    region,
    cluster: main.cluster,
    service: main.name,
    rungs: Object.fromEntries(
      rungs.map(({ rung, state, lent: has }) => {
        const want = shares.counts.get(rung) ?? has;
        // Emptied by hand, and nothing is missing: that is what we want as well.
        if (want === 0 && state.odd?.desired === 0 && need.deficit === 0)
          return [rung, { ...state, want: 0, confirmed: true, odd: undefined }];
        const next = want === has ? state : wanting(state, want, now);
        return [rung, after === 0 ? { ...next, failed: undefined } : next];
      }),
    ),
    evidence,
    since: after === 0 ? undefined : (before?.since ?? now),
    deficit: need.deficit,
    neededAt: after === 0 || after > lent ? undefined : neededAt,
    doubled: shares.doubled || (before?.doubled === true && after > need.deficit),
    began: begins ? [...recent, now].slice(-FLAPS_KEPT) : recent,
    startsMs: [...(before?.startsMs ?? []), ...learned].slice(-FLAPS_KEPT),
    desiredBefore: after === 0 ? undefined : (before?.desiredBefore ?? main.desired),
    reason: after === lent ? (before?.reason ?? wanted.why) : wanted.why,
    version: (before?.version ?? 0) + 1,
    by: given.for[0] ?? '',
    expiresAt: later(now, WEEK_MS),
  };
}

/** A service that is lent nothing, and for which nothing speaks, has no record. */
function isNews(before: Lending | undefined, next: Lending): boolean {
  const bare = ({ version: _v, by: _b, expiresAt: _e, began, ...rest }: Lending) =>
    JSON.stringify({ ...rest, began: began.length });
  if (before !== undefined) return bare(before) !== bare(next);
  return next.since !== undefined || next.evidence !== undefined;
}

function changed(
  { rung, standby, lent, state }: RungNow,
  shares: Shares,
  { given, why, region }: { given: ServiceGiven; why: string; region: string },
): readonly Action[] {
  const desired = shares.counts.get(rung) ?? lent;
  const common = {
    for: given.for,
    region,
    under: given.ladder.main.arn,
    cluster: standby.cluster,
    main: given.ladder.main.name,
    standby: standby.name,
    rung,
    from: lent,
    desired,
  };
  if (desired === lent) return [];
  const because = state.why !== undefined && desired < lent ? `${why}; ${state.why}` : why;
  return [{ ...common, do: desired > lent ? 'lend' : 'take-back', because }];
}

function lookAgain(
  { rungs, need, ladder, before, noticeInCluster }: ServiceGiven,
  { lent, shares, neededAt }: Pick<Decided, 'lent' | 'shares' | 'neededAt'>,
  { now }: Context,
): Instant | undefined {
  // What takes longer than starts take is for the tick.
  const isNew = ({ state: { setAt, want, confirmed }, running }: RungNow) =>
    now < later(setAt, MOVING_MS) && (!confirmed || running < want);
  const isMoving = rungs.some((one) => shares.counts.get(one.rung) !== one.lent || isNew(one));
  const isUnproven = noticeInCluster && need.deficit > lent;
  if (need.displaced > 0 || isMoving || isUnproven) return later(now, SOON_MS);
  if (neededAt === undefined) return undefined;
  const due = later(neededAt, Math.max(dwellOf(ladder, before, neededAt), HEALTHY_MS));
  return due > now ? later(due, 1_000) : later(now, SOON_MS * 3);
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
