import { isHandsOff } from '../hands-off.ts';
import { baseOf, isShort, isStillShort, lentOf } from './lending-leftovers.ts';
import { raisedIn } from './lending-records.ts';
import type { Seed } from './seed.ts';
import { openIn } from './spread/end-checkers.ts';

/** Is nothing going on any more: nothing lent, nothing lacking, no instance leaving or on its way? */
export function isSettled(seed: Seed): boolean {
  const groups = [...seed.region.parts.autoScaling.groups.values()];
  const isMoving = groups.some(({ instances, desired }) => {
    const up = [...instances.values()];
    return up.length !== desired || up.some(({ lifecycleState }) => lifecycleState !== 'InService');
  });
  if (seed.rebalance && openIn(seed).length > 0) return false;
  return !isMoving && !isStillShort(seed) && lentOf(seed) === 0 && !isSteppingDown(seed);
}

/** Is an On-Demand base above what it was, in a group that gives it back, or is an instance on its way out? */
export function isSteppingDown(seed: Seed): boolean {
  if (!seed.failover) return false;
  const { clusters } = seed.region.parts.ecs.state;
  const groups = [...seed.region.parts.autoScaling.groups.values()];
  const ends = groups.some(({ instances }) =>
    [...instances.values()].some(({ lifecycleState }) => lifecycleState.startsWith('Terminating')),
  );
  const raised = [...clusters.values()].flatMap((one) => (isHandsOff(one) || isShort(one) ? [] : raisedIn(seed, one)));
  return (
    ends ||
    raised.some(({ group: name, before }) => {
      const group = seed.region.parts.autoScaling.groups.get(name);
      return baseOf(group) > before && (group?.hooks.size ?? 0) > 0;
    })
  );
}
