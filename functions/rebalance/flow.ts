import type { Flow, Phase } from '../../shared/flow.ts';
import { emptyPlan, merge, type Plan } from '../../shared/plan/action.ts';
import { type Acts, acts } from './acts.ts';
import { type Accepted, accepts } from './decide/accepts.ts';
import { needsLook } from './decide/needs-look.ts';
import { decideNotes } from './decide/note.ts';
import { decideReplace } from './decide/replace.ts';
import { decideReview } from './decide/review.ts';
import type { GroupView, RegionView, ReplaceView, ReviewView } from './decide/view.ts';
import { lookAt } from './observe/look.ts';
import { observeRegion } from './observe/region.ts';
import { dueForReview, observeReview } from './observe/review.ts';
import type { Reader } from './reader.ts';

/** Keeps Auto Scaling groups on many good pools, and moves instances off those that EC2 wants back. */
export const rebalance: Flow<Accepted, Reader, Acts> = {
  name: 'rebalance',
  accepts,
  acts,
  phases: [note(), replace(), review()],
  figures: () => [],
};

/** Recommendations, notices and failed launches become what is remembered of instances and pools. */
function note(): Phase<Accepted, Reader, RegionView> {
  return { name: 'note', observe: observeRegion, decide: decideNotes };
}

/** Instances on their way out, and those that should be. */
function replace(): Phase<Accepted, Reader, Seen<ReplaceView>> {
  return {
    name: 'replace',
    async observe(read, events, context) {
      const region = await observeRegion(read, events, context);
      const asked = region.groups.filter((view) => needsLook(view, region, context.now));
      return { region, ...(await each(asked, region, (view) => lookAt(read, view, notDrained(view)))) };
    },
    decide: ({ region, views, failures }, _, context) =>
      merge([{ ...emptyPlan, failures }, decideReplace(views, region, context)]),
  };
}

/** Their tasks have yet to move: is there room for them? */
const notDrained = ({ replacing }: GroupView): readonly string[] =>
  (replacing?.open ?? []).filter(({ drainedAt }) => drainedAt === undefined).map(({ instanceId }) => instanceId);

/** Which types each group may run, group by group in turn. Only on ticks: there is no hurry. */
function review(): Phase<Accepted, Reader, Seen<ReviewView>> {
  return {
    name: 'review',
    async observe(read, events, context) {
      const region = await observeRegion(read, events, context);
      const isTick = events.some(({ kind }) => kind === 'ticked');
      const due = isTick ? dueForReview(region, context.now) : [];
      return { region, ...(await each(due, region, (view) => observeReview(read, view))) };
    },
    decide: ({ region, views, failures }, _, context) =>
      merge([{ ...emptyPlan, failures }, ...views.map((view) => decideReview(view, region, context))]),
  };
}

type Seen<V> = {
  readonly region: RegionView;
  readonly views: readonly V[];
  readonly failures: NonNullable<Plan['failures']>;
};

/** What goes wrong in one group must not keep the others waiting. */
async function each<V>(groups: readonly GroupView[], region: RegionView, look: (view: GroupView) => Promise<V>) {
  const seen = await Promise.all(
    groups.map(async (view) => {
      try {
        return { views: [await look(view)], failures: [] };
      } catch (error) {
        return {
          views: [],
          failures: [{ for: region.for, error: `the look at group ${view.group.name} failed: ${error}` }],
        };
      }
    }),
  );
  return { views: seen.flatMap(({ views }) => views), failures: seen.flatMap(({ failures }) => failures) };
}
