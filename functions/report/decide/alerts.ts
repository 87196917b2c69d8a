import type { Context } from '../../../shared/flow.ts';
import { emptyPlan, merge, type Plan } from '../../../shared/plan/action.ts';
import type { Asked } from './asked.ts';
import { type ClosedSeen, closedPlan } from './closed.ts';
import { type ClusterSeen, incidentNow } from './incident.ts';

/** The clusters of a region in which something may be amiss. */
export type AlertsView = Asked & {
  readonly clusters: readonly ClusterSeen[];
  /** Incidents that are over, whose accounts are to be ended. */
  readonly closed: readonly ClosedSeen[];
  readonly failures: NonNullable<Plan['failures']>;
};

/** Opens, advances and closes incidents, and ends their accounts. What of them is said follows from what is written here: see `decideTell`. */
export const decideAlerts = ({ for: records, by, clusters, closed, failures }: AlertsView, context: Context): Plan =>
  merge([
    { ...emptyPlan, failures },
    ...clusters.flatMap((seen) => {
      const next = incidentNow(seen, by, context);
      if (next === undefined) return [];
      const guard = {
        name: `incident of ${seen.cluster}`,
        for: records,
        expected: seen.incident?.version ?? ('absent' as const),
        whenLost: 'leave' as const,
        next,
      };
      return [{ ...emptyPlan, guards: [guard] }];
    }),
    ...closed.map((one) => closedPlan(one, { for: records, by }, context)),
  ]);
