import type { Origin } from '../model/origin.ts';
import * as containerInstance from './container-instance-state-change.ts';
import * as deployment from './deployment-completed.ts';
import { type Envelope, type Fields, readEnvelope, Unparsable } from './envelope.ts';
import * as fargateSpot from './fargate-spot-interruption.ts';
import * as health from './health-scheduled-change.ts';
import * as instanceState from './instance-state-change.ts';
import * as rebalance from './rebalance-recommendation.ts';
import * as tick from './scheduled-tick.ts';
import * as serviceAction from './service-action.ts';
import * as spot from './spot-interruption-warning.ts';
import * as notStarted from './task-not-started.ts';
import * as task from './task-state-change.ts';
import * as lifecycle from './terminate-lifecycle-action.ts';
import * as wakeUp from './wake-up.ts';

/** Everything that can happen to spotkeeper, as past facts. */
export type Event = Origin &
  (
    | spot.SpotInterrupted
    | rebalance.RebalanceRecommended
    | instanceState.InstanceStateChanged
    | containerInstance.ContainerInstanceChanged
    | task.TaskChanged
    | lifecycle.InstanceTerminating
    | health.MaintenanceScheduled
    | tick.Ticked
    | wakeUp.Woken
    | serviceAction.ServiceActed
    | deployment.DeploymentCompleted
    | notStarted.TaskNotStarted
    | fargateSpot.FargateSpotInterrupted
  );

export type Kind = Event['kind'];
export type EventOf<K extends Kind> = Extract<Event, { readonly kind: K }>;

export type Decoded =
  | { readonly ok: true; readonly event: Event }
  | {
      readonly ok: false;
      readonly recordId: string;
      readonly why: 'unknown' | 'unparsable';
      readonly detail: string;
    };

type Decoder = {
  readonly pattern: { readonly source: readonly string[]; readonly 'detail-type': readonly string[] };
  readonly decode: (envelope: Envelope) => object;
  /** Is an event of this detail-type one of these? Left out: all are that no other file means. */
  readonly isMeant?: (detail: Fields) => boolean;
};

/** The file of each kind: its EventBridge pattern and its decoder. Of one detail-type, the first that means it decodes. */
export const decoders = {
  'spot-interrupted': spot,
  'rebalance-recommended': rebalance,
  'instance-state-changed': instanceState,
  'container-instance-changed': containerInstance,
  'task-not-started': notStarted,
  'fargate-spot-interrupted': fargateSpot,
  'task-changed': task,
  'instance-terminating': lifecycle,
  'maintenance-scheduled': health,
  ticked: tick,
  woken: wakeUp,
  'service-acted': serviceAction,
  'deployment-completed': deployment,
} satisfies Record<Kind, Decoder>;

/**
 * Reads one queue record.
 * @param body JSON text of an EventBridge envelope
 * @returns the event; `unknown` for an event of no kind we know (a no-op); `unparsable` with the field that is wrong
 */
export function decode(recordId: string, body: string): Decoded {
  try {
    const envelope = readEnvelope(body);
    const candidates = byType.get(`${envelope.source} ${envelope.detailType}`) ?? [];
    const decoder = candidates.find(({ isMeant }) => isMeant?.(envelope.detail) ?? true);
    if (!decoder) {
      return { ok: false, recordId, why: 'unknown', detail: `${envelope.source} "${envelope.detailType}"` };
    }
    const { account, region, at, id: eventId } = envelope;
    return { ok: true, event: { recordId, eventId, account, region, at, ...decoder.decode(envelope) } as Event };
  } catch (error) {
    if (error instanceof Unparsable) return { ok: false, recordId, why: 'unparsable', detail: error.message };
    throw error;
  }
}

const byType: ReadonlyMap<string, readonly Decoder[]> = Map.groupBy(
  Object.values<Decoder>(decoders),
  ({ pattern }) => `${pattern.source[0]} ${pattern['detail-type'][0]}`,
);
