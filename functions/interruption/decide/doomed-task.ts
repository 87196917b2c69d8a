import type { Service, Target, TargetGroup, Task } from '../../../shared/model/fleet.ts';
import type { Doomed } from '../../../shared/model/records.ts';

/** A task that ECS has not asked to stop, on an instance that is about to go. */
export type DoomedTask = {
  readonly task: Task;
  readonly doomed: Doomed;
  /** Undefined for a standalone task. */
  readonly service: Service | undefined;
  readonly lent: Lent;
  readonly stopSeconds: number;
  /** The target groups of its service, as far as they exist and could be read. */
  readonly groups: readonly TargetGroup[];
  /** The targets under which load balancers know it. */
  readonly targets: readonly { readonly group: TargetGroup; readonly target: Target }[];
};

/** What the standby services of a service lend it. */
export type Lent = {
  /** Tasks that run. */
  readonly running: number;
  /** Tasks that they were asked for: with none, nothing is lent, or nothing yet. */
  readonly desired: number;
  /** ARNs of the groups that lent tasks are targets of, other than the service's own. */
  readonly targetGroups: readonly string[];
};

export const nothingLent: Lent = { running: 0, desired: 0, targetGroups: [] };

export type TasksView = {
  readonly cluster: string;
  readonly tasks: readonly DoomedTask[];
  /** Healthy targets of each group, by ARN, that are on no doomed instance: those of lent tasks among them. */
  readonly healthyElsewhere: ReadonlyMap<string, number>;
  /** Tasks on doomed instances that this pass does not look at. */
  readonly tasksBeyond: number;
  /** Stops that other clusters of the region still count on, in the same bucket. */
  readonly stopsElsewhere: number;
  /** ARNs of tasks that the pass before may still be stopping: another process need not ask for them, too. */
  readonly stopping: ReadonlySet<string>;
};
