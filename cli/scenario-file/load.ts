import { readFile } from 'node:fs/promises';
import type { Switches } from '../../sim/world/switches.ts';
import { at, type Scenario } from '../scenario.ts';
import { build } from './build.ts';
import { setConditions } from './conditions.ts';
import type { ScenarioFile } from './format.ts';
import { marketFrom } from './market.ts';
import { ScenarioFileError } from './read.ts';
import { readScenarioFile } from './scenario-file.ts';
import { happen } from './story.ts';

/** A scenario that came from a file. */
export type LoadedScenario = Scenario & { readonly file: ScenarioFile };

/** @throws ScenarioFileError when the file cannot be read or is not one */
export async function loadScenario(path: string): Promise<LoadedScenario> {
  return scenarioOf(readScenarioFile(await textOf(path), path), path);
}

/** A checked scenario file as something to play. @param name its path, told with its drill; traces are relative to it */
export function scenarioOf(file: ScenarioFile, name: string): LoadedScenario {
  const { simulation, account } = file;
  const market = named(name, () => marketFrom(file, name));
  const given = Object.entries(simulation.switches).filter(([, value]) => value !== undefined);
  return {
    file,
    name,
    title: simulation.title,
    seed: simulation.seed,
    seconds: simulation.seconds,
    settings: simulation.settings,
    observes: simulation.settings.SPOTKEEPER_MODE === 'observe',
    switches: Object.fromEntries(given) as Partial<Switches>,
    region: account.region,
    accountId: account.accountId,
    ...(market && { market }),
    ...(simulation.faults && { faults: simulation.faults }),
    build: (region, simulated) => {
      named(name, () => build(file, region));
      named(name, () => setConditions(simulation, region));
      for (const [index, step] of simulation.story.entries()) {
        const place = `${name}: simulation.story[${index}] (${step.do})`;
        at(simulated, step.at, () => named(place, () => happen(step, region, simulated)));
      }
    },
    promises: [],
  };
}

// What does not fit is known only when it is built: the error names the file all the same.
function named<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof Error) throw new ScenarioFileError(`${name}: ${error.message}`);
    throw error;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new ScenarioFileError(error.code === 'ENOENT' ? `there is no file ${path}` : `${path}: ${error.message}`);
    throw error;
  }
}
