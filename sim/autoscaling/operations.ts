import type { Operation } from '../service.ts';
import type { World } from '../world/world.ts';
import { describeOperations } from './describe-operations.ts';
import { groupOperations } from './group-operations.ts';
import type { AutoScalingGroups } from './groups.ts';
import { hookOperations } from './hook-operations.ts';
import { instanceOperations } from './instance-operations.ts';
import { refreshOperations } from './instance-refresh.ts';
import { launchOperations } from './launch-instances.ts';
import type { LifecycleActions } from './lifecycle-actions.ts';
import { tagOperations } from './tag-operations.ts';

/** The Auto Scaling operations of one region, in SDK shapes. */
export const autoScalingOperations = (
  world: World,
  scaling: AutoScalingGroups,
  actions: LifecycleActions,
): Record<string, Operation> => ({
  ...describeOperations(world, scaling),
  ...groupOperations(world, scaling),
  ...instanceOperations(world, scaling),
  ...hookOperations(scaling, actions),
  ...tagOperations(scaling),
  ...launchOperations(scaling),
  ...refreshOperations(world, scaling),
});
