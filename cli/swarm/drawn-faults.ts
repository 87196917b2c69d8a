import { drawPlan } from '../../sim/faults/draw-plan.ts';
import type { FaultPlan } from '../../sim/faults/plan.ts';
import { Draw } from './draw.ts';
import type { Phases } from './phases.ts';

/** What goes wrong in a seed, in its safety phase only: nothing at all in a quarter of the seeds, much in another. */
export function drawFaults(seed: number, { faultsMs, calmMs }: Phases): FaultPlan {
  const strength = new Draw(seed, 'faults').pick('strength', [0, 0.2, 0.5, 1]);
  return drawPlan(seed, { fromMs: faultsMs, untilMs: calmMs, caller: 'spotkeeper*', strength });
}
