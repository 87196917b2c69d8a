import type { Performed } from '../../../shared/flow.ts';
import type { Instant } from '../../../shared/model/instant.ts';

/** When ECS answered that it drains, by the id of the instance. */
export const acceptedDrains = (performed: readonly Performed[]): ReadonlyMap<string, Instant> =>
  new Map(
    performed.flatMap(({ outcome: { action, result }, at }) =>
      action.do === 'drain' && result === 'done'
        ? action.instances.map(({ instanceId }) => [instanceId, at] as const)
        : [],
    ),
  );
