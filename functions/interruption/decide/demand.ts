import type { Event, EventOf } from '../../../shared/events/event.ts';
import { NOTICE_MS } from '../../../shared/events/spot-interruption-warning.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Pool } from '../../../shared/model/fleet.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { Cause, Doomed, Hook } from '../../../shared/model/records.ts';

/** The kinds of event that this function handles. */
export const accepts = [
  'spot-interrupted',
  'instance-terminating',
  'maintenance-scheduled',
  'container-instance-changed',
  'instance-state-changed',
  'task-changed',
  'ticked',
  'woken',
] as const;

export type Accepted = (typeof accepts)[number];
export type AcceptedEvent = EventOf<Accepted>;

/** An instance that must be drained, from whichever event says so. */
export type Demand = {
  readonly instanceId: string;
  readonly cause: Cause;
  readonly noticedAt: Instant;
  readonly deadline: Instant;
  readonly hook: Hook | undefined;
  readonly pool: Pool | undefined;
  readonly for: readonly string[];
};

/** What the table and EC2 add to the events: instances that were remembered until they register, and lost notices. */
export type Found = {
  readonly remembered: readonly Doomed[];
  readonly notices: readonly { readonly instanceId: string; readonly noticedAt: Instant }[];
};

/**
 * The demands of a batch, one for each instance, nearest deadline first. Of several that name one instance, that with
 * the nearest deadline counts, with all their records and the hook that waits.
 */
export function demandsOf(events: readonly AcceptedEvent[], found: Found, context: Context): readonly Demand[] {
  const demands = new Map<string, Demand>();
  for (const demand of [...events.flatMap((event) => ofEvent(event, context)), ...ofFound(events, found)]) {
    const other = demands.get(demand.instanceId);
    demands.set(demand.instanceId, other ? union(other, demand) : demand);
  }
  return [...demands.values()].sort(
    (a, b) => a.deadline - b.deadline || (a.instanceId < b.instanceId ? -1 : a.instanceId > b.instanceId ? 1 : 0),
  );
}

function ofEvent(event: AcceptedEvent, { policy }: Context): readonly Demand[] {
  const common = { noticedAt: event.at, hook: undefined, pool: undefined, for: [event.recordId] };
  switch (event.kind) {
    case 'spot-interrupted':
      return [{ ...common, instanceId: event.instanceId, cause: 'spot', deadline: event.deadline }];
    case 'instance-terminating': {
      if (event.hook !== policy.scaleInHook) return [];
      const hook = { group: event.group, name: event.hook, token: event.token };
      const deadline = later(event.at, policy.scaleInMinutes * 60_000);
      return [{ ...common, instanceId: event.instanceId, cause: 'scale-in', deadline, hook }];
    }
    case 'maintenance-scheduled':
      return event.closed
        ? []
        : event.instanceIds.map((instanceId) => ({
            ...common,
            instanceId,
            cause: 'maintenance',
            deadline: event.startsAt,
          }));
    default:
      return [];
  }
}

function ofFound(events: readonly AcceptedEvent[], { remembered, notices }: Found): readonly Demand[] {
  const registered = (instanceId: string) =>
    events.filter((event) => event.kind === 'container-instance-changed' && event.instanceId === instanceId);
  const looked = events.filter(({ kind }) => kind === 'ticked' || kind === 'woken');
  const records = (many: readonly Event[]) => many.map(({ recordId }) => recordId);
  return [
    ...remembered.map(({ instanceId, cause, noticedAt, deadline, hook, pool }) => {
      const own = records(registered(instanceId));
      return {
        instanceId,
        cause,
        noticedAt,
        deadline,
        hook,
        pool,
        for: own.length > 0 ? own : records(looked),
      };
    }),
    ...notices.map(({ instanceId, noticedAt }) => ({
      instanceId,
      cause: 'spot' as const,
      noticedAt,
      deadline: later(noticedAt, NOTICE_MS),
      hook: undefined,
      pool: undefined,
      for: records(looked),
    })),
  ];
}

/** Of two causes for one instance, the one that cannot wait for its turn. */
export const moreUrgent = (a: Cause, b: Cause): Cause => (a === 'maintenance' ? b : a);

function union(a: Demand, b: Demand): Demand {
  const [first, second] = a.deadline <= b.deadline ? [a, b] : [b, a];
  return {
    ...first,
    cause: moreUrgent(first.cause, second.cause),
    hook: first.hook ?? second.hook,
    pool: first.pool ?? second.pool,
    for: [...new Set([...a.for, ...b.for])],
  };
}
