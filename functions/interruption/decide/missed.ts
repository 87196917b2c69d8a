import type { Context } from '../../../shared/flow.ts';
import type { Instance } from '../../../shared/model/fleet.ts';
import { later } from '../../../shared/model/instant.ts';
import type { CoolOff, Doomed, Interruption, Place } from '../../../shared/model/records.ts';
import { emptyPlan, type Plan } from '../../../shared/plan/action.ts';
import { closedAt } from './tombstone.ts';

/** Instances of ours that EC2 took back, of which no notice was ever seen. */
export type MissedView = {
  readonly reclaimed: readonly { readonly instance: Instance; readonly place: Place }[];
  readonly known: readonly Doomed[];
  readonly for: readonly string[];
};

const REPORT_MS = 90 * 24 * 3_600_000;

/** An instance that ends by Spot reclaim without a notice is recorded once as a missed warning, and its pool cools off. */
export function decideMissed({ reclaimed, known, for: records }: MissedView, { region, now, policy }: Context): Plan {
  const noticed = new Set(known.map(({ instanceId }) => instanceId));
  const missed = reclaimed.filter(({ instance }) => !noticed.has(instance.instanceId));
  if (missed.length === 0) return emptyPlan;
  const found = missed.flatMap(({ instance, place }): (Doomed | Interruption | CoolOff)[] => {
    const { instanceId, pool } = instance;
    const common = { region, instanceId, cluster: place.cluster, noticedAt: now, drainedAt: undefined, pool };
    const { containerInstance } = place;
    return [
      closedAt(
        {
          ...common,
          is: 'doomed',
          containerInstance,
          cause: 'spot',
          acceptedAt: undefined,
          deadline: now,
          hook: undefined,
          tasks: [],
          told: [],
          closedAt: undefined,
          expiresAt: now,
        },
        now,
      ),
      {
        ...common,
        is: 'interruption',
        cause: 'missed',
        goneAt: now,
        stoppedByScheduler: undefined,
        stoppedBySpotkeeper: undefined,
        killed: undefined,
        other: undefined,
        expiresAt: later(now, REPORT_MS),
      },
      { is: 'cool-off', region, pool, noticedAt: now, expiresAt: later(now, policy.coolOffMinutes * 60_000) },
    ];
  });
  const because = 'EC2 took these Spot instances without a notice that reached us';
  const ids = missed.map(({ instance }) => instance.instanceId);
  return {
    guards: [],
    steps: [[{ do: 'remember', for: records, region, because, records: found }]],
    notes: [`missed warning: ${ids.slice(0, 10).join(', ')} ended by Spot reclaim without a notice`],
  };
}
