import type { LoggedCall } from '../../sim/calls.ts';
import type { JournalEntry } from '../../sim/world/journal.ts';
import { isHandsOff } from '../hands-off.ts';
import { Invariants } from './invariants.ts';
import { isOurs, observes, type Seed } from './seed.ts';
import { isRebalance } from './spread/sizes.ts';

/** What changes an account that spotkeeper does not own. */
const CHANGES = new Set([
  'UpdateContainerInstancesState',
  'StopTask',
  'DeregisterTargets',
  'CompleteLifecycleAction',
  'RecordLifecycleActionHeartbeat',
]);

/**
 * Checks after every step what spotkeeper must never do, and what the simulator must never come to. Only what has
 * changed since the step before is looked at.
 */
export function checkEveryStep(seed: Seed): void {
  const { account, region } = seed;
  const ours = new OurDeeds(seed);
  const invariants = new Invariants(region);
  let told = 0;
  account.endpoint.onCall((call, input) => ours.called(call, input));
  account.clock.onStep(() => {
    const { entries } = account.journal;
    if (told === entries.length) return;
    for (const entry of entries.slice(told)) ours.happened(entry);
    told = entries.length;
    for (const problem of invariants.breaches()) seed.violated(problem);
  });
}

/** A task's ARN names its cluster. */
const clusterOf = (task: string): string => task.split('/').at(-2) ?? '';

/** A call that kills its caller takes effect so much later, at the most. */
const LATENCY_MS = 60;
/** A slow one at most so much. */
const SLOW_MS = 3_000;

class OurDeeds {
  readonly #seed: Seed;
  readonly #doomed = new Set<string>();
  /** When each hook began to wait, by instance. */
  readonly #hooks = new Map<string, number>();
  /** When spotkeeper last answered a hook, by instance. */
  readonly #answers = new Map<string, number>();
  /** When spotkeeper last stopped a task, by its ARN. */
  readonly #stops = new Map<string, number>();

  constructor(seed: Seed) {
    this.#seed = seed;
  }

  happened(entry: JournalEntry): void {
    const { kind, subject, text, data, at } = entry;
    if (kind === 'notice' || kind === 'hook-opened' || kind === 'maintenance-scheduled') this.#doomed.add(subject);
    if (kind === 'hook-opened') this.#hooks.set(subject, at);
    if (kind === 'task-killed') this.#killed(entry);
    const isDrain = kind === 'draining' && isOurs(data.by);
    const isStop =
      kind === 'task-sigterm' && text.includes('SIGTERM: spotkeeper') && !this.#isProof(subject, String(data.cluster));
    const isDeregistration = kind === 'task-deregistered' && isOurs(data.by);
    if (!isDrain && !isStop && !isDeregistration) return;
    const host = isDrain ? subject : String(data.instance);
    if (this.#isHandsOff(String(data.cluster))) this.#violated(`${data.cluster} is not spotkeeper's to touch`, text);
    // Whom rebalance may drain is checked where it is watched.
    if (!this.#doomed.has(host) && !isRebalance(data.by)) this.#violated(`nobody takes ${host} away`, text);
    if (isStop && data.service === '' && this.#seed.settings.SPOTKEEPER_STANDALONE === 'leave')
      this.#violated('standalone tasks are to be left alone', text);
  }

  called(call: LoggedCall, input: Readonly<Record<string, unknown>>): void {
    if (!isOurs(call.caller) || !CHANGES.has(call.operation)) return;
    if (observes(this.#seed)) this.#violated('it only observes', `${call.operation} was called`);
    const task = String(input.task);
    if (call.operation === 'StopTask' && call.outcome === 'ok' && !this.#isProof(task, clusterOf(task)))
      this.#stopped(task, call);
    // Whatever its outcome: an answer that was lost has had its effect.
    if (call.operation === 'CompleteLifecycleAction') this.#answers.set(String(input.InstanceId), call.at);
  }

  /**
   * A second stop is harmless where the process died that knew of the first one, was cut off
   * or slow, or was shown what was before it.
   */
  #stopped(task: string, { at }: LoggedCall): void {
    const first = this.#stops.get(task);
    this.#stops.set(task, at);
    if (first === undefined) return;
    const { excuses } = this.#seed;
    const isUnseen = excuses.happened(['kill', 'silence', 'stale'], first - LATENCY_MS, at);
    // A call without an answer is repeated, when another process may have made it meanwhile.
    if (!isUnseen && !excuses.happened(['slow', 'silence'], first - SLOW_MS, at))
      this.#violated('a task is stopped once', `StopTask was called again for ${task}`);
  }

  /** A hook may be answered when the instance is empty, or when the time that it is given is up. */
  #killed({ at, data, text }: JournalEntry): void {
    const host = String(data.instance);
    if (this.#answers.get(host) !== at) return;
    const opened = this.#hooks.get(host) ?? at;
    // Events tell whole seconds: a deadline may be up to one second earlier than the instant that the journal has.
    const endsAt = opened + Number(this.#seed.settings.SPOTKEEPER_SCALE_IN_MINUTES) * 60_000 - 1_000;
    if (at < endsAt) this.#violated(`a hook waits until its instance is empty; it let ${host} end`, text);
  }

  /** A task that spotkeeper started itself, to see whether it comes up on Fargate. */
  #isProof(task: string, cluster: string): boolean {
    const { tasks } = this.#seed.region.parts.ecs.state.clusters.get(cluster) ?? {};
    return tasks?.get(task.slice(task.lastIndexOf('/') + 1))?.startedBy?.startsWith('spotkeeper') === true;
  }

  #isHandsOff(cluster: string): boolean {
    const found = this.#seed.region.parts.ecs.state.clusters.get(cluster);
    return found !== undefined && isHandsOff(found);
  }

  #violated(promise: string, deed: string): void {
    this.#seed.violated(`${promise}, but: ${deed}`);
  }
}
