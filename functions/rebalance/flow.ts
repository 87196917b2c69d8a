import { each } from '../../shared/core/each.ts';
import type { Flow, Phase } from '../../shared/flow.ts';
import { emptyPlan, merge, type Plan } from '../../shared/plan/action.ts';
import { type Acts, acts } from './acts.ts';
import { type Accepted, accepts } from './decide/accepts.ts';
import { needsLook } from './decide/needs-look.ts';
import { decideNotes, knowing } from './decide/note.ts';
import { crowdedMembers, onDemandExcess } from './decide/replace/excess.ts';
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
  phases: [lookAround()],
  figures: () => [],
};

/**
 * One look at a region: what was learnt of pools and instances, the instances on their way out and those that should be,
 * and, on ticks, which types the groups whose turn it is may run.
 */
function lookAround(): Phase<Accepted, Reader, Seen> {
  return {
    name: 'rebalance',
    async observe(read, events, context) {
      const seen = await observeRegion(read, events, context);
      const notes = decideNotes(seen, events, context);
      const known = knowing(seen, notes);
      // What is learnt from a recommendation is written down by then: the next tick does what one group fails at.
      const ticks = events.filter(({ kind }) => kind === 'ticked').map(({ recordId }) => recordId);
      const region = ticks.length > 0 ? { ...known, for: ticks } : known;
      const failed = ({ group }: GroupView, error: unknown) => ({
        for: region.for,
        error: `the look at group ${group.name} failed: ${error}`,
      });
      const [replacing, reviews] = await Promise.all([
        each(
          region.groups.filter((view) => needsLook(view, region, context.now)),
          (view) =>
            lookAt(read, view, {
              drained: drained(view),
              old: notDrained(view.cluster.arn, region),
              next: inQuestion(view, region),
            }),
          failed,
        ),
        each(ticks.length > 0 ? dueForReview(region, context.now) : [], (view) => observeReview(read, view), failed),
      ]);
      return { region, notes, replacing, reviews };
    },
    decide: ({ region, notes, replacing, reviews }, _, context) =>
      merge([
        { ...emptyPlan, failures: [...replacing.failures, ...reviews.failures] },
        notes,
        decideReplace(replacing.views, region, context),
        ...reviews.views.map((view) => decideReview(view, region, context)),
      ]),
  };
}

/** So many of those that might be replaced next are looked at: more do not begin in a pass. */
const NEXT = 20;

const inQuestion = (view: GroupView, { advices }: RegionView): readonly string[] =>
  [
    ...view.members.filter(({ instanceId }) => advices.has(instanceId)),
    ...[...crowdedMembers(view).values()].flatMap(({ members }) => members),
    ...onDemandExcess(view),
  ]
    .map(({ instanceId }) => instanceId)
    .slice(0, NEXT);

/**
 * Their tasks have yet to move: is there room for them? Those of all groups of a cluster share it, in one order whoever
 * looks: those whose successor serves come first.
 */
const notDrained = (cluster: string, { groups }: RegionView): readonly string[] =>
  groups
    .filter((view) => view.cluster.arn === cluster)
    .toSorted((a, b) => (a.group.name < b.group.name ? -1 : 1))
    .flatMap(({ replacing }) => replacing?.open ?? [])
    .filter(({ drainedAt }) => drainedAt === undefined)
    .toSorted((a, b) => Number(a.successor === undefined) - Number(b.successor === undefined))
    .map(({ instanceId }) => instanceId);

const drained = ({ replacing }: GroupView): readonly string[] =>
  (replacing?.open ?? []).filter(({ drainedAt }) => drainedAt !== undefined).map(({ instanceId }) => instanceId);

type Seen = {
  /** As it is with what was learnt in this pass. */
  readonly region: RegionView;
  /** Remembers that. */
  readonly notes: Plan;
  readonly replacing: Looked<ReplaceView>;
  readonly reviews: Looked<ReviewView>;
};

type Looked<V> = { readonly views: readonly V[]; readonly failures: NonNullable<Plan['failures']> };
