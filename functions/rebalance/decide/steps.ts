import { type Instant, later } from '../../../shared/model/instant.ts';
import type { OpenReplacement } from '../../../shared/model/rebalance-records.ts';
import type { Action } from '../../../shared/plan/action.ts';
import type { GroupMember, RegionView, ReplaceView } from './view.ts';

/** What becomes of an open replacement in a pass. `next` undefined: it is closed. */
export type Step = {
  readonly next: OpenReplacement | undefined;
  readonly actions: readonly Action[];
  readonly notes: readonly string[];
  /** Nothing came: the next one waits. */
  readonly waits?: boolean;
  /** The instance is gone, and what was recommended of it is done. */
  readonly gone?: boolean;
};

export type Pass = {
  readonly view: ReplaceView;
  readonly region: RegionView;
  readonly because: (what: string) => {
    readonly for: readonly string[];
    readonly region: string;
    readonly because: string;
    readonly under: string;
  };
  readonly now: Instant;
};

/** A call that took effect shows within so long. */
const SHOWS_MS = 180_000;
/** Booting, registering and placing take minutes, not this long. */
const BOOTS_MS = 1_800_000;
const DRAIN_MS = 1_800_000;
const WAITING = new Set(['Pending', 'Pending:Wait', 'Pending:Proceed']);

/** The next step of a replacement: find the successor, drain, end, close. */
export function step(open: OpenReplacement, taken: ReadonlySet<string>, pass: Pass): Step {
  const { view, region } = pass;
  const member = view.members.find(({ instanceId }) => instanceId === open.instanceId);
  const isOut = region.detached.some(({ instanceId }) => instanceId === open.instanceId);
  if ((member === undefined && !isOut) || view.doomed.has(open.instanceId)) return gone(open, taken, pass);
  if (open.drainedAt !== undefined) return end(open, member, pass);
  const successor = open.successor ?? readySuccessor(open, taken, view)?.instanceId;
  const known = { ...open, successor };
  if (successor === undefined) return wait(open, { taken, member, isOut }, pass);
  if (view.fits.has(open.instanceId) || isOverdue(open, pass)) return drain(known, pass);
  return { next: known, actions: [], notes: [notFitting(known, view)] };
}

/** Instances of the group that came after the replacement began and are nobody's successor yet, oldest first. */
function comers(open: OpenReplacement, taken: ReadonlySet<string>, view: ReplaceView): readonly GroupMember[] {
  return view.members
    .filter(({ instanceId, launchedAt }) => !taken.has(instanceId) && launchedAt >= later(open.begunAt, -1_000))
    .filter(
      ({ instanceId, lifecycle }) =>
        instanceId !== open.instanceId && (WAITING.has(lifecycle) || lifecycle === 'InService'),
    )
    .toSorted((a, b) => a.launchedAt - b.launchedAt || (a.instanceId < b.instanceId ? -1 : 1));
}

/** In service, and registered with its cluster. */
function readySuccessor(open: OpenReplacement, taken: ReadonlySet<string>, view: ReplaceView): GroupMember | undefined {
  return comers(open, taken, view).find(({ instanceId, lifecycle }) => {
    const host = view.hosts.get(instanceId);
    return lifecycle === 'InService' && host?.status === 'ACTIVE' && host.connected;
  });
}

type Waiting = {
  readonly taken: ReadonlySet<string>;
  readonly member: GroupMember | undefined;
  readonly isOut: boolean;
};

function wait(open: OpenReplacement, { taken, member, isOut }: Waiting, { view, because, now }: Pass): Step {
  const { group } = view;
  const nothing = { actions: [], notes: [] };
  if (now < later(open.begunAt, SHOWS_MS)) return { next: open, ...nothing };
  if (open.way === 'detach' && member !== undefined && !isOut) return { next: undefined, ...nothing, waits: true };
  if (open.way === 'detach') {
    if (now < later(open.begunAt, view.policy.detachMinutes * 30_000)) return { next: open, ...nothing };
    const why = `no instance came in its place within ${view.policy.detachMinutes / 2} minutes`;
    const next = member === undefined ? open : undefined;
    return {
      next,
      actions: [{ do: 'reattach', ...because(why), group: group.name, instanceId: open.instanceId }],
      notes: [],
      waits: true,
    };
  }
  const isComing = comers(open, taken, view).length > 0;
  const patience = open.way === 'launch' && !isComing ? SHOWS_MS : BOOTS_MS;
  if (now < later(open.begunAt, patience)) return { next: open, ...nothing };
  const what = isComing ? 'the one that was launched has not registered with its cluster' : 'EC2 had none';
  return {
    next: undefined,
    actions: [],
    notes: [`${open.instanceId} of ${group.name} stays: no other instance came in its place; ${what}`],
    waits: true,
  };
}

function drain(open: OpenReplacement, { view, because, now }: Pass): Step {
  const host = view.hosts.get(open.instanceId);
  const next = { ...open, drainedAt: now };
  if (host === undefined || host.status === 'DRAINING') return { next, actions: [], notes: [] };
  const reason = because(`${open.successor} has taken its place in ${view.group.name}, and its tasks fit elsewhere`);
  return {
    next,
    actions: [
      {
        do: 'drain',
        ...reason,
        cluster: view.cluster.arn,
        instances: [{ containerInstance: host.arn, instanceId: open.instanceId, from: 'ecs', for: reason.for }],
        deadline: later(now, DRAIN_MS),
      },
    ],
    notes: [],
  };
}

/** Ended when it is empty; one that was detached at its bound, whatever runs on it. */
function end(open: OpenReplacement, member: GroupMember | undefined, pass: Pass): Step {
  const { view, because } = pass;
  const tasks = view.hosts.get(open.instanceId)?.tasks ?? 0;
  const from = member === undefined ? 'detached' : 'group';
  const overdue = from === 'detached' && isOverdue(open, pass);
  const isEnding = member !== undefined && member.lifecycle !== 'InService';
  if (open.way === 'group' || isEnding || (tasks > 0 && !overdue)) return { next: open, actions: [], notes: [] };
  const why =
    tasks === 0 ? 'it runs no task any more' : `it was taken out of its group ${view.policy.detachMinutes} minutes ago`;
  return {
    next: open,
    actions: [{ do: 'terminate', ...because(why), group: view.group.name, instanceId: open.instanceId, from }],
    notes:
      tasks === 0
        ? []
        : [`${open.instanceId} of ${view.group.name} is ended with ${tasks} tasks on it, which found no other place`],
  };
}

const isOverdue = ({ way, begunAt }: OpenReplacement, { view, now }: Pass): boolean =>
  way === 'detach' && now >= later(begunAt, view.policy.detachMinutes * 60_000 - SHOWS_MS);

/**
 * The instance went, by our doing or EC2's. Where EC2 took it before we ended it, the one that was launched for it is one
 * too many: the desired count goes down again, or, where the group has launched yet another, the oldest instance goes.
 */
function gone(open: OpenReplacement, taken: ReadonlySet<string>, { view, because, now }: Pass): Step {
  const closed = { next: undefined, actions: [], notes: [], gone: true };
  const endedByUs = open.drainedAt !== undefined && !view.doomed.has(open.instanceId);
  const came = open.successor ?? comers(open, taken, view)[0]?.instanceId;
  if (open.way !== 'launch' || endedByUs || came === undefined) return closed;
  const up = view.members.filter(
    ({ instanceId, lifecycle }) =>
      instanceId !== open.instanceId &&
      !view.doomed.has(instanceId) &&
      (WAITING.has(lifecycle) || lifecycle === 'InService'),
  );
  const { name, desired } = view.group;
  if (up.length < desired) {
    const why = `EC2 took ${open.instanceId} itself, and ${came} is there in its place`;
    return { ...closed, actions: [{ do: 'lower-desired', ...because(why), group: name, from: desired }] };
  }
  const oldest = up
    .filter(({ instanceId, lifecycle }) => lifecycle === 'InService' && instanceId !== came && !taken.has(instanceId))
    .filter(({ launchedAt }) => now >= later(launchedAt, view.policy.minAgeMinutes * 60_000))
    .toSorted((a, b) => a.launchedAt - b.launchedAt)[0];
  if (oldest === undefined)
    return {
      ...closed,
      notes: [`${name} has one instance more than it had: EC2 took ${open.instanceId} itself, and ${came} came for it`],
    };
  const { instanceId, type, zone } = oldest;
  return {
    ...closed,
    next: { ...open, instanceId, pool: { type, zone }, begunAt: now, successor: came, drainedAt: undefined },
  };
}

const notFitting = ({ instanceId }: OpenReplacement, { group, cluster }: ReplaceView): string =>
  `${instanceId} of ${group.name} is not drained yet: the other instances of ${cluster.name} have no room for its tasks`;
