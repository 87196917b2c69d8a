import type { Network, PlacementConstraint, PlacementStrategy } from './model.ts';
import type { EcsState } from './state.ts';

/** How a task is to be placed: what its service or its RunTask call says. */
export type Placing = {
  readonly constraints: readonly PlacementConstraint[];
  readonly strategies: readonly PlacementStrategy[];
  /** where its network interface can be: the zones of its subnets; undefined: anywhere */
  readonly zones: readonly string[] | undefined;
};

/** The zones of a network's subnets; undefined without a network of its own. */
export const zonesOf = (state: EcsState, network: Network | undefined): readonly string[] | undefined =>
  network?.subnets.map((subnet) => state.zoneOf(subnet));
