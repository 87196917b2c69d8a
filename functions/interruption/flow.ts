import type { Context, Flow, Phase } from '../../shared/flow.ts';
import type { Watch } from '../../shared/model/records.ts';
import { emptyPlan, merge } from '../../shared/plan/action.ts';
import { type CalledOffView, decideCalledOff } from './decide/called-off.ts';
import { type Accepted, type AcceptedEvent, accepts, type Demand, demandsOf, type Found } from './decide/demand.ts';
import { type DrainView, decideDrain, type Whereabouts } from './decide/drain.ts';
import { figures } from './decide/figures.ts';
import { mayBeHeld } from './decide/hold.ts';
import { decideMap, type MapView } from './decide/map.ts';
import { decideMissed, type MissedView } from './decide/missed.ts';
import { decidePass, type PassView } from './decide/pass.ts';
import { drainUnseen, type FailedPass } from './decide/pass-drains.ts';
import { decideRemember, type RememberView } from './decide/remember.ts';
import { decideWatches, isDue, isLate } from './decide/watch.ts';
import { observeCalledOff } from './observe/called-off.ts';
import { passOrFailure } from './observe/failed-pass.ts';
import { observeMap } from './observe/map.ts';
import { observeMissed } from './observe/missed.ts';
import { registrations } from './observe/registrations.ts';
import { whereabouts } from './observe/whereabouts.ts';
import type { Reader } from './reader.ts';

const acts = ['drain', 'deregister', 'stop', 'heartbeat', 'release', 'wake', 'remember', 'forget'] as const;

/** Drains what EC2 or Auto Scaling is about to take, then looks after the tasks on it until it is gone. */
export const interruption: Flow<Accepted, Reader, (typeof acts)[number]> = {
  name: 'interruption',
  accepts,
  acts,
  phases: [drainKnown(), drainFound(), lookAfterTasks()],
  figures,
};

/** DRAINING for all that the map knows, before anything else is read. */
function drainKnown(): Phase<Accepted, Reader, DrainView> {
  return {
    name: 'drain',
    observe: async (strict, events, context) => {
      const read = tolerant(strict);
      const demands = demandsOf(events, await find(read, events, context), context);
      const found = await mapped(read, idsOf(demands), events);
      return { demands, whereabouts: found, ...(await remembered(read, demands, { found, context })) };
    },
    decide: (view, events, context) => decideDrain(only(view, events), context),
  };
}

/**
 * DRAINING for those that the map does not know, after a look-up that takes its time. Before a lifecycle hook is answered
 * for an instance that runs nothing, all clusters are asked: also where the map says that it is not ours.
 */
function drainFound(): Phase<Accepted, Reader, DrainView> {
  return {
    name: 'search',
    async observe(strict, events, context) {
      const read = tolerant(strict);
      const all = demandsOf(events, await find(read, events, context), context);
      const known = await mapped(read, idsOf(all), events);
      const isUnknown = ({ instanceId, hook }: Demand) =>
        !known.has(instanceId) || (hook !== undefined && known.get(instanceId)?.is === 'nowhere');
      const demands = all.filter(isUnknown);
      const told = await registrations(read, events, { ids: idsOf(demands), context });
      const unknown = demands.filter(({ instanceId }) => !told.has(instanceId));
      const everywhere = new Set(idsOf(unknown.filter(({ hook }) => hook !== undefined)));
      const found = new Map([...(await whereabouts(read, idsOf(unknown), { context, everywhere })), ...told]);
      return { demands, whereabouts: found, ...(await remembered(read, demands, { found, context })) };
    },
    decide: (view, events, context) => decideDrain(only(view, events), context),
  };
}

const tolerant = (read: Reader): Reader => ({ ...read, ...read.tolerant });

export type TasksView = RememberView & {
  readonly watches: readonly Watch[];
  readonly passes: readonly (PassView | FailedPass)[];
  readonly missed: MissedView;
  readonly map: MapView;
  readonly calledOff: CalledOffView;
};

/** Records, the tasks on doomed instances, missed warnings, and the map. */
function lookAfterTasks(): Phase<Accepted, Reader, TasksView> {
  return {
    name: 'tasks',
    async observe(read, events, context) {
      const demands = demandsOf(events, await find(read, events, context), context);
      const found = await mapped(read, idsOf(demands), []);
      for (const id of idsOf(demands)) if (!found.has(id)) found.set(id, { is: 'unregistered', pool: undefined });
      const watches = demands.length > 0 || events.some(isLook) ? await read.watches() : [];
      const due = watches.filter((watch) => watch.cluster !== 'unregistered' && isAsked(watch, events, context));
      const asked = (watch: Watch) => ({ watch, watches, for: recordsOf(watch, events) });
      const [passes, missed, map, calledOff, known] = await Promise.all([
        Promise.all(due.map((watch) => passOrFailure(read, asked(watch), context))),
        observeMissed(read, events),
        observeMap(read, events, { watches, context }),
        observeCalledOff(read, events),
        read.doomedOf([...keysOf(found), ...idsOf(demands).map((instanceId) => ({ instanceId, cluster: undefined }))]),
      ]);
      return { demands, whereabouts: found, known, watches, passes, missed, map, calledOff };
    },
    decide(view, events, context) {
      const isMeant = concerning(events);
      const remember = decideRemember(only(view, events), context);
      const observed = view.passes.filter(isMeant);
      const failures = observed.filter((pass) => 'error' in pass);
      const unseen = failures.flatMap((failed) => drainUnseen(failed, context));
      const passes = observed.flatMap((pass) => ('error' in pass ? [] : [decidePass(pass, context)]));
      const watches = decideWatches(
        view.watches,
        { wanted: remember.wanted, passed: passes.map(({ passed }) => passed) },
        { account: events[0]?.account ?? '', context },
      );
      return merge([
        { ...emptyPlan, steps: [unseen], failures },
        remember.plan,
        ...passes.map(({ plan }) => plan),
        watches,
        ...(isMeant(view.missed) ? [decideMissed(view.missed, context)] : []),
        ...(isMeant(view.map) ? [decideMap(view.map, context)] : []),
        ...(isMeant(view.calledOff) ? [decideCalledOff(view.calledOff, context)] : []),
      ]);
    },
  };
}

const isLook = ({ kind }: AcceptedEvent): boolean => kind === 'woken' || kind === 'ticked';

/** A wake-up asks for its own watch when that is due; the tick for all whose wake-up was lost or too far away. */
const isAsked = (watch: Watch, events: readonly AcceptedEvent[], { now }: Context): boolean =>
  (isDue(watch, now) && events.some((event) => event.kind === 'woken' && event.watch === watch.cluster)) ||
  (isLate(watch, now) && events.some(({ kind }) => kind === 'ticked'));

const recordsOf = (watch: Watch, events: readonly AcceptedEvent[]): readonly string[] =>
  events
    .filter((event) => event.kind === 'ticked' || (event.kind === 'woken' && event.watch === watch.cluster))
    .map(({ recordId }) => recordId);

/** What the table and EC2 know beside the events: instances that wait to register, notices that got lost. */
async function find(read: Reader, events: readonly AcceptedEvent[], { now }: Context): Promise<Found> {
  const registered = events.flatMap((event) =>
    event.kind === 'container-instance-changed'
      ? [
          { instanceId: event.instanceId, cluster: undefined },
          { instanceId: event.instanceId, cluster: event.cluster },
        ]
      : [],
  );
  const ticked = events.some(({ kind }) => kind === 'ticked');
  const looks = ticked || events.some((event) => event.kind === 'woken' && event.watch === 'unregistered');
  const [waiting, byId, notices, observed] = await Promise.all([
    looks ? read.doomed(undefined) : [],
    read.doomedOf(registered),
    ticked ? read.openNotices() : [],
    ticked ? read.observedMaintenance() : [],
  ]);
  const open = new Map(
    [...waiting, ...byId, ...observed]
      .filter(({ deadline, closedAt }) => deadline > now && closedAt === undefined)
      .map((one) => [one.instanceId, one]),
  );
  return { remembered: [...open.values()], notices };
}

/** What the map says. It says nothing where an entry proved wrong, or where one of the events knows better. */
async function mapped(
  read: Reader,
  instanceIds: readonly string[],
  events: readonly AcceptedEvent[],
): Promise<Map<string, Whereabouts>> {
  const registered = new Set(
    events.flatMap((event) => (event.kind === 'container-instance-changed' ? [event.instanceId] : [])),
  );
  const found = new Map<string, Whereabouts>();
  for (const [id, record] of await read.places(instanceIds.filter((one) => !registered.has(one)))) {
    if (record.is === 'absent') found.set(id, { is: 'nowhere', learned: false });
    else if (!record.stale) found.set(id, { ...record, is: 'in-cluster', from: 'map', status: undefined });
  }
  return found;
}

const idsOf = (demands: readonly { readonly instanceId: string }[]): readonly string[] =>
  demands.map(({ instanceId }) => instanceId);

const keysOf = (found: ReadonlyMap<string, Whereabouts>) =>
  [...found].flatMap(([instanceId, at]) => (at.is === 'in-cluster' ? [{ instanceId, cluster: at.cluster }] : []));

/** What the table has on these instances and, for those that may be held, on their clusters: read side by side. */
async function remembered(
  read: Reader,
  demands: readonly Demand[],
  { found, context }: { found: ReadonlyMap<string, Whereabouts>; context: Context },
): Promise<Pick<DrainView, 'known' | 'lookouts'>> {
  const clusters = demands
    .filter(({ cause }) => mayBeHeld({ cause, drainedAt: undefined }, context.policy))
    .flatMap(({ instanceId }) => {
      const at = found.get(instanceId);
      return at?.is === 'in-cluster' && at.manage === 'yes' ? [at.cluster] : [];
    });
  const [known, lookouts] = await Promise.all([read.doomedOf(keysOf(found)), read.lookouts([...new Set(clusters)])]);
  return { known, lookouts };
}

/** `run` asks again event by event when one makes `decide` throw: which parts of a view concern these events? */
function concerning(events: readonly AcceptedEvent[]): (part: { readonly for: readonly string[] }) => boolean {
  const records = new Set(events.map(({ recordId }) => recordId));
  return (part) => part.for.some((id) => records.has(id));
}

/** The part of a view that concerns these events. */
const only = <V extends Pick<DrainView, 'demands'>>(view: V, events: readonly AcceptedEvent[]): V => ({
  ...view,
  demands: view.demands.filter(concerning(events)),
});
