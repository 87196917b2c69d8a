import { JsonTextError, parseJson } from '../../sim/json-text.ts';
import { format, type ScenarioFile } from './format.ts';
import { ScenarioFileError } from './read.ts';
import { checkReferences } from './references.ts';

/**
 * Reads the text of a scenario file.
 * @param name of the file, for the error
 * @throws ScenarioFileError that names the file, the place, the value and what is expected
 */
export function readScenarioFile(text: string, name: string): ScenarioFile {
  try {
    const file = format(parseJson(text), '');
    checkReferences(file);
    return file;
  } catch (error) {
    if (!(error instanceof JsonTextError || error instanceof ScenarioFileError)) throw error;
    throw new ScenarioFileError(`${name}: ${error.message}`);
  }
}

/** The one way in which scenario files are written: two spaces, members in the order of the format. */
export const printed = (part: ScenarioFile | ScenarioFile['account']): string => `${JSON.stringify(part, null, 2)}\n`;
