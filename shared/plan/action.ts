import type { Target } from '../model/fleet.ts';
import type { Incident, Outbox, Reported } from '../model/incident.ts';
import type { Instant } from '../model/instant.ts';
import type { Counted } from '../model/ledger.ts';
import type { Preparation } from '../model/preparation.ts';
import type { Choice, Replacing } from '../model/rebalance-records.ts';
import type { Hook, Lending, Lookout, Raised, StoredRecord, Watch } from '../model/records.ts';
import type { Because } from './because.ts';
import type { LendingAction } from './lending-action.ts';
import type { RebalanceAction } from './rebalance-action.ts';
import type { ReportAction } from './report-action.ts';

/** A container instance to drain. `from` the map it may be stale: then MISSING means look again, not success. */
export type Drainee = {
  readonly containerInstance: string;
  readonly instanceId: string;
  readonly from: 'map' | 'ecs';
  readonly for: readonly string[];
};

/** At most ten container instances of one cluster to set DRAINING, those with the nearest deadline in the first call. */
export type Drain = Because & {
  readonly do: 'drain';
  readonly cluster: string;
  readonly instances: readonly Drainee[];
  readonly deadline: Instant;
};

export type Deregister = Because & {
  readonly do: 'deregister';
  readonly targetGroup: string;
  readonly targets: readonly Target[];
};

/** How every stop reason of ours begins, so that a person and our own accounts know who stopped a task. */
export const STOP_REASON = 'spotkeeper';

export type StopTask = Because & { readonly do: 'stop'; readonly cluster: string; readonly task: string };

export type Heartbeat = Because & { readonly do: 'heartbeat'; readonly instanceId: string; readonly hook: Hook };

/** Completes a lifecycle action: Auto Scaling may terminate the instance now. */
export type Release = Because & { readonly do: 'release'; readonly instanceId: string; readonly hook: Hook };

/** A delayed message to ourselves: a pass over the doomed instances of `watch` at `at`. */
export type Wake = Because & {
  readonly do: 'wake';
  readonly account: string;
  readonly watch: string;
  readonly at: Instant;
};

export type Remember = Because & { readonly do: 'remember'; readonly records: readonly StoredRecord[] };

export type Forget = Because & { readonly do: 'forget'; readonly records: readonly StoredRecord[] };

export type Action =
  | Drain
  | Deregister
  | StopTask
  | Heartbeat
  | Release
  | Wake
  | Remember
  | Forget
  | LendingAction
  | RebalanceAction
  | ReportAction;

export type ActionName = Action['do'];
export type ActionOf<N extends ActionName> = Extract<Action, { readonly do: N }>;

/** What an action changes: the user's account, or only what spotkeeper owns. Observe mode performs the latter alone. */
export const touches: { readonly [N in ActionName]: 'account' | 'own' } = {
  drain: 'account',
  deregister: 'account',
  stop: 'account',
  heartbeat: 'account',
  release: 'account',
  wake: 'own',
  remember: 'own',
  forget: 'own',
  lend: 'account',
  // Whoever leaves act mode while tasks are lent gets them taken back.
  'take-back': 'own',
  register: 'account',
  'create-standby': 'account',
  follow: 'account',
  'remove-standby': 'account',
  associate: 'account',
  'set-base': 'account',
  prove: 'account',
  'set-overrides': 'account',
  'launch-replacement': 'account',
  'mark-detached': 'account',
  detach: 'account',
  reattach: 'account',
  terminate: 'account',
  'lower-desired': 'account',
  // Slack is where observe mode speaks.
  post: 'own',
};

/**
 * A conditional write that comes before a plan's steps. Whoever loses it leaves out the actions under it, and observes
 * the events it answers for again, or leaves them to the winner, who does the same work.
 */
export type Guard = {
  readonly name: string;
  readonly for: readonly string[];
  readonly next:
    | Watch
    | Lending
    | Raised
    | Lookout
    | Preparation
    | Choice
    | Replacing
    | Counted
    | Incident
    | Outbox
    | Reported;
  readonly expected: number | 'absent';
  readonly whenLost: 'observe again' | 'leave';
};

/**
 * `before` runs before the guards are written: records that whoever loses or wins a guard must be able to read. Then
 * steps run in order, the actions within a step concurrently. `notes` tell a person what no action does; `failures` name
 * records to deliver again because what they ask for could not be observed.
 */
export type Plan = {
  readonly before?: readonly Action[];
  readonly guards: readonly Guard[];
  readonly steps: readonly (readonly Action[])[];
  readonly notes: readonly string[];
  readonly failures?: readonly { readonly for: readonly string[]; readonly error: string }[];
};

export const emptyPlan: Plan = { guards: [], steps: [], notes: [] };

/** All actions of a plan, in the order in which they are performed. */
export const actionsIn = ({ before = [], steps }: Plan): readonly Action[] => [...before, ...steps.flat()];

/** One plan of several: what comes before runs side by side, and so do their steps, first with first. */
export function merge(plans: readonly Plan[]): Plan {
  const before = plans.flatMap((plan) => plan.before ?? []);
  const failures = plans.flatMap((plan) => plan.failures ?? []);
  const depth = Math.max(0, ...plans.map((plan) => plan.steps.length));
  const steps = Array.from({ length: depth }, (_, index) => plans.flatMap((plan) => plan.steps[index] ?? []));
  return {
    ...(before.length > 0 && { before }),
    guards: plans.flatMap((plan) => plan.guards),
    steps: steps.filter((step) => step.length > 0),
    notes: plans.flatMap((plan) => plan.notes),
    ...(failures.length > 0 && { failures }),
  };
}

/**
 * How an action ended. `already`, `gone`: there was nothing left to do, which is success; `told`: observe mode did not
 * do it; `stale`: it rested on knowledge of ours that was wrong and is now marked so: observe again.
 */
export type Outcome =
  | { readonly action: Action; readonly result: 'done' | 'already' | 'gone' | 'told' }
  | { readonly action: Action; readonly result: 'stale'; readonly staleFor: readonly string[] }
  | {
      readonly action: Action;
      readonly result: 'failed';
      readonly retry: boolean;
      readonly failedFor: readonly string[];
      readonly error: string;
      /** AWS will never take this request as it is; its code and words. The same request is not worth another try. */
      readonly refusal?: string;
      /** Nothing is wrong: EC2 had no capacity, say, which the next passes know. A warning, not an error. */
      readonly expected?: boolean;
    };
