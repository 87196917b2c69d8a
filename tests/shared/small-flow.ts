import type { Decoded, Event, EventOf } from '../../shared/events/event.ts';
import type { Flow, Metric, Phase, Ports, Runtime } from '../../shared/flow.ts';
import type { Action, ActionOf, Guard, Outcome } from '../../shared/plan/action.ts';
import { describe } from '../../shared/plan/describe.ts';
import { run } from '../../shared/run.ts';
import { aPolicy, aWatch, CLUSTER, containerInstanceArn, NOW } from '../given.ts';

/** The smallest flow that uses all of `run`: it drains noticed instances, then keeps one guarded chain of wake-ups. */
export type Accepted = 'spot-interrupted' | 'ticked';
export type Reader = {
  /** Those of the instances that are not DRAINING yet. */
  active(instanceIds: readonly string[]): Promise<ReadonlySet<string>>;
  watchVersion(recordIds: readonly string[]): Promise<number>;
};
export type Acts = 'drain' | 'wake' | 'remember';
export type SmallFlow = Flow<Accepted, Reader, Acts>;
type Events = readonly EventOf<Accepted>[];

const notices = (events: Events) => events.filter((event) => event.kind === 'spot-interrupted');
const recordIds = (events: readonly Event[]) => events.map(({ recordId }) => recordId);

/** @param kinks poison: instance ids that make the first decision throw; whenLost: what the loser of the guard does */
export const smallFlow = ({ poison = [], whenLost = 'observe again' }: Kinks = {}): SmallFlow => ({
  name: 'small',
  accepts: ['spot-interrupted', 'ticked'],
  acts: ['drain', 'wake', 'remember'],
  phases: [drainPhase(poison), watchPhase(whenLost)],
  figures: (events) => [['NoticeToDrainingMs', events.length]],
});

const drainPhase = (poison: readonly string[]): Phase<Accepted, Reader, ReadonlySet<string>> => ({
  name: 'drain',
  observe: (read, events) => read.active(notices(events).map(({ instanceId }) => instanceId)),
  decide(active, events, { region }) {
    const bad = notices(events).find(({ instanceId }) => poison.includes(instanceId));
    if (bad) throw new TypeError(`cannot decide on ${bad.instanceId}`);
    const drains = notices(events).filter(({ instanceId }) => active.has(instanceId));
    return { guards: [], steps: [drains.map((notice) => drainOf(notice, region))], notes: [] };
  },
});

const watchPhase = (whenLost: Guard['whenLost']): Phase<Accepted, Reader, number> => ({
  name: 'watch',
  observe: (read, events) => read.watchVersion(recordIds(events)),
  decide(version, events, { region, now }) {
    const common = { for: recordIds(notices(events)), region, because: 'more is to do' };
    const next = aWatch({ region, version: version + 1 });
    const guard: Guard = { name: 'prod', for: common.for, expected: version, whenLost, next };
    const wake: Action = { ...common, do: 'wake', under: 'prod', account: '', watch: CLUSTER, at: now };
    const remember: Action = { ...common, do: 'remember', for: recordIds(events), records: [] };
    return notices(events).length === 0
      ? { guards: [], steps: [[remember]], notes: [] }
      : { guards: [guard], steps: [[wake], [remember]], notes: [] };
  },
});

type Kinks = { readonly poison?: readonly string[]; readonly whenLost?: Guard['whenLost'] };

const drainOf = ({ instanceId, recordId, deadline }: EventOf<'spot-interrupted'>, region: string): Action => ({
  do: 'drain',
  for: [recordId],
  region,
  because: 'a notice',
  cluster: CLUSTER,
  deadline,
  instances: [{ containerInstance: containerInstanceArn(), instanceId, from: 'map', for: [recordId] }],
});

/** A little account with behaviour: what was drained stays drained, versions count, and faults can be set. */
export class SmallAccount {
  readonly draining = new Set<string>();
  readonly told: string[] = [];
  readonly lines: { readonly level: string; readonly message: string; readonly fields: object }[] = [];
  readonly measured: (readonly [Metric, number])[] = [];
  /** What happens to the drain of an instance: `stale` ends when it has been said once, `stale for ever` never. */
  readonly faults = new Map<string, 'fails' | 'is refused' | 'throws' | 'is stale' | 'is stale for ever'>();
  readonly unreachable = new Set<string>();
  /** How many more times another process writes the watch first. */
  rivals = 0;
  published = 0;
  readonly #versions = new Map<string, number>();

  readonly ports: Ports<Reader, Acts> = {
    read: (region) => ({
      active: async (instanceIds) => {
        this.told.push(`look at ${instanceIds.join()} in ${region}`);
        if (this.unreachable.has(region)) throw new Error(`${region} does not answer`);
        return new Set(instanceIds.filter((id) => !this.draining.has(id)));
      },
      watchVersion: async (ids) => {
        this.told.push(`read watch for ${ids.join()}`);
        return this.#versions.get(region) ?? 1;
      },
    }),
    commit: async ({ expected, next }) => {
      const version = (this.#versions.get(next.region) ?? 1) + Math.sign(this.rivals);
      this.rivals = Math.max(0, this.rivals - 1);
      this.#versions.set(next.region, expected === version ? next.version : version);
      return expected === version ? 'won' : 'lost';
    },
    act: {
      drain: (action) => this.#drain(action),
      wake: (action) => this.#do(action),
      remember: (action) => this.#do(action),
    },
  };

  readonly runtime: Runtime = {
    now: () => NOW,
    sleep: async () => undefined,
    random: () => 0,
    log: {
      info: (message, fields = {}) => this.lines.push({ level: 'info', message, fields }),
      warn: (message, fields = {}) => this.lines.push({ level: 'warn', message, fields }),
      error: (message, fields = {}) => this.lines.push({ level: 'error', message, fields }),
    },
    measure: (metric, value) => this.measured.push([metric, value]),
    publish: () => {
      this.published += 1;
    },
  };

  run(batch: readonly (Event | Decoded)[], { flow = smallFlow(), mode = 'act' }: Asked = {}) {
    const decoded = batch.map((one): Decoded => ('ok' in one ? one : { ok: true, event: one }));
    return run(flow, decoded, { policy: aPolicy({ mode }), ports: this.ports, runtime: this.runtime });
  }

  errors(): readonly object[] {
    return this.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields);
  }

  async #drain(action: ActionOf<'drain'>): Promise<Outcome> {
    const id = action.instances[0]?.instanceId ?? '';
    const fault = this.faults.get(id);
    const failed = { action, result: 'failed', failedFor: action.for, error: `drain of ${id} ${fault}` } as const;
    if (fault === 'throws') throw new Error(failed.error);
    if (fault === 'fails' || fault === 'is refused') return { ...failed, retry: fault === 'fails' };
    if (fault === 'is stale') this.faults.delete(id);
    if (fault !== undefined) return { action, result: 'stale', staleFor: action.for };
    const outcome = await this.#do(action);
    this.draining.add(id);
    return outcome;
  }

  /** Takes a moment, so that an action that did not wait for it would be seen. */
  async #do(action: Action): Promise<Outcome> {
    await Promise.resolve();
    this.told.push(describe(action));
    return { action, result: 'done' };
  }
}

type Asked = { readonly flow?: SmallFlow; readonly mode?: 'observe' | 'act' };
