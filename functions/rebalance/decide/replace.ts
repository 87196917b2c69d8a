import { stillSo, untold } from '../../../shared/core/told.ts';
import type { Context } from '../../../shared/flow.ts';
import { type Instant, instant, later } from '../../../shared/model/instant.ts';
import type { OpenReplacement, Replacing } from '../../../shared/model/rebalance-records.ts';
import { type Action, emptyPlan, type Guard, merge, type Plan } from '../../../shared/plan/action.ts';
import { begin } from './begin.ts';
import { type Pass, type Step, step } from './steps.ts';
import type { Detached, RegionView, ReplaceView } from './view.ts';

const RETRY_MS = 300_000;
const NOTHING_CAME_MS = 900_000;
const WEEK_MS = 7 * 86_400_000;

/** The replacements of all groups that were looked at: each takes its next step, and what may begin begins. */
export const decideReplace = (views: readonly ReplaceView[], region: RegionView, context: Context): Plan =>
  merge(views.map((view) => ofGroup(view, region, context)));

function ofGroup(view: ReplaceView, region: RegionView, context: Context): Plan {
  const { now } = context;
  const before = view.replacing;
  const name = `replacements of ${view.group.name}`;
  const because: Pass['because'] = (what) => ({ for: region.for, region: context.region, because: what, under: name });
  const pass: Pass = { view, region, because, now };
  const known = [...(before?.open ?? []), ...leftovers(view, region, now)];
  const steps = stepped(known, pass);
  const open = steps.flatMap(({ next }) => next ?? []);
  const mayBegin = before?.retryAt === undefined || now >= before.retryAt;
  const begun = mayBegin ? begin(open, pass) : undefined;
  const notes = [...steps.flatMap((one) => one.notes), ...(begun?.notes ?? [])];
  const { news, told } = untold(notes, mayBegin ? stillSo(before?.told ?? {}, notes) : before?.told, now);
  const all = [...open, ...(begun?.open ?? [])];
  const retryAt = retryOf(steps, { waits: begun?.waits ?? false, before, now });
  const forgotten = forget(known, steps, pass);
  const calls = [...steps.flatMap(({ actions }) => actions), ...(begun?.actions ?? [])];
  if (calls.length + news.length === 0 && isSame(before, { open: all, retryAt })) return emptyPlan;
  const next: Replacing = {
    is: 'replacing',
    region: context.region,
    group: view.group.name,
    cluster: view.cluster.arn,
    open: all,
    lastAt: (begun?.open.length ?? 0) > 0 ? now : before?.lastAt,
    retryAt,
    told,
    version: (before?.version ?? 0) + 1,
    by: region.for[0] ?? '',
    expiresAt: later(now, WEEK_MS),
  };
  const guard: Guard = { name, for: region.for, expected: before?.version ?? 'absent', whenLost: 'leave', next };
  return {
    ...emptyPlan,
    guards: [guard],
    steps: [[...(begun?.marks ?? []), ...forgotten], calls].filter((actions) => actions.length > 0),
    notes: news,
  };
}

/** In turn: an instance is the successor of one only. */
function stepped(known: readonly OpenReplacement[], pass: Pass): readonly Step[] {
  const taken = new Set(
    known.flatMap(({ successor, instanceId }) => [instanceId, ...(successor === undefined ? [] : [successor])]),
  );
  return known.map((one) => {
    const done = step(one, taken, pass);
    if (done.next?.successor !== undefined) taken.add(done.next.successor);
    return done;
  });
}

/** Instances with our tag that no record knows: a pass was cut short, or the record has expired. */
function leftovers(
  { group, replacing, members }: ReplaceView,
  { detached }: RegionView,
  now: Instant,
): readonly OpenReplacement[] {
  const known = new Set([...(replacing?.open ?? []), ...members].map(({ instanceId }) => instanceId));
  return detached
    .filter((one) => one.group === group.name && !known.has(one.instanceId))
    .map(({ instanceId, pool, tag }: Detached): OpenReplacement => {
      const at = Date.parse(tag);
      const begunAt = Number.isNaN(at) ? now : instant(at);
      return {
        instanceId,
        pool,
        why: 'recommended',
        way: 'detach',
        begunAt,
        successor: undefined,
        drainedAt: undefined,
      };
    });
}

/** What EC2 recommended of instances that are gone. */
function forget(
  known: readonly OpenReplacement[],
  steps: readonly Step[],
  { region, because }: Pass,
): readonly Action[] {
  const records = known.flatMap(({ instanceId }, index) =>
    steps[index]?.gone ? (region.advices.get(instanceId) ?? []) : [],
  );
  return records.length === 0 ? [] : [{ do: 'forget', ...because('the instances are gone'), records }];
}

type Retry = { readonly waits: boolean; readonly before: Replacing | undefined; readonly now: Instant };

function retryOf(steps: readonly Step[], { waits, before, now }: Retry): Instant | undefined {
  if (steps.some((one) => one.waits)) return later(now, NOTHING_CAME_MS);
  if (waits) return later(now, RETRY_MS);
  return before?.retryAt !== undefined && now < before.retryAt ? before.retryAt : undefined;
}

const isSame = (before: Replacing | undefined, next: Pick<Replacing, 'open' | 'retryAt'>): boolean =>
  JSON.stringify([before?.open ?? [], before?.retryAt ?? null]) === JSON.stringify([next.open, next.retryAt ?? null]);
