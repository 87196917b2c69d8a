import type { Instant } from '../../../shared/model/instant.ts';
import type { Evidence } from '../../../shared/model/lending.ts';
import type { Lending } from '../../../shared/model/records.ts';
import type { Ladder } from './ladder.ts';
import type { Need } from './need.ts';
import type { RungNow } from './rungs.ts';

/** One service, as far as lending it tasks depends on it. */
export type ServiceGiven = {
  readonly ladder: Ladder;
  readonly need: Need;
  readonly rungs: readonly RungNow[];
  readonly before: Lending | undefined;
  /** What events of this batch and failed launches say. */
  readonly told: Evidence | undefined;
  /** A notice is open in its cluster: what is missing may be shown to be a shortage any moment. */
  readonly noticeInCluster: boolean;
  /** A notice is open in the pools that carry it. */
  readonly noticeOpen: boolean;
  /** When the earliest of the instances that carry it goes. */
  readonly deadline: Instant | undefined;
  /** A blue/green swap is under way: nothing is raised. */
  readonly swapping: boolean;
  /** Healthy targets of the group that has the fewest; undefined: it has no load balancer. */
  readonly healthy: number | undefined;
  /** Why it has no standby; undefined: it has one, or will have. */
  readonly obstacle: string | undefined;
  readonly for: readonly string[];
};
