import { type FaultPlan, readFaultPlan } from '../../sim/faults/plan.ts';
import type { Region } from '../../sim/world/region.ts';
import { poolOf } from './build.ts';
import { type Reader, ScenarioFileError } from './read.ts';
import type { SimulationPart } from './simulation-format.ts';

/**
 * Sets what an account finds at AWS: what is scarce and what is limited. What runs already keeps running.
 * @throws Error for a quota that does not count vCPUs
 */
export function setConditions(simulation: SimulationPart, region: Region): void {
  const { fleet } = region.parts;
  for (const pool of simulation.closedOnDemandPools) fleet.setOnDemandAvailable(poolOf(pool), false);
  for (const [code, vcpus] of Object.entries(simulation.quotas)) fleet.quotas.setLimit(code, vcpus);
  for (const capacity of simulation.fargateCapacity) region.setFargateCapacity(capacity);
}

/** A plan of faults, which has a reader of its own. */
export const faultPlan: Reader<FaultPlan> = (value, place) => {
  try {
    return readFaultPlan(value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ScenarioFileError(error.message.replace(/^faults/, place));
  }
};
