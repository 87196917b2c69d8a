import { type FaultPlan, readFaultPlan } from '../../sim/faults/plan.ts';
import { type Reader, ScenarioFileError } from './read.ts';

/** A plan of faults, which has a reader of its own. */
export const faultPlan: Reader<FaultPlan> = (value, place) => {
  try {
    return readFaultPlan(value);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ScenarioFileError(error.message.replace(/^faults/, place));
  }
};
