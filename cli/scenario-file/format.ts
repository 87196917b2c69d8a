import { account } from './account-format.ts';
import { among, object, type Read } from './read.ts';
import { simulation } from './simulation-format.ts';

/** The only version so far. A change that old files do not survive makes a new one. */
const VERSION = '1';

/** A whole scenario file. docs/scenario-files.md describes it. */
export const format = object({ version: among([VERSION]), account, simulation });

/** A scenario file with every value that was left out filled in. */
export type ScenarioFile = Read<typeof format>;
