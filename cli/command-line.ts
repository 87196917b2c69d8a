import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Scenario } from './scenario.ts';
import { defaultScenario, scenarios } from './scenarios.ts';

/** A command line that cannot be understood, with what is allowed instead, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * The values of a command's options.
 * @param allowed how they are written, for the error. @throws UsageError for whatever is not one of them
 */
export function optionValues<T extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: T,
  allowed: string,
) {
  try {
    return parseArgs({ args: [...argv], options }).values;
  } catch (error) {
    // parseArgs says what is wrong in its first sentence, and then how to quote it.
    if (error instanceof TypeError) throw new UsageError(`${error.message.split(/\.\s/)[0]}; allowed: ${allowed}`);
    throw error;
  }
}

/** The scenario of that name. @throws UsageError that lists all */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found) return found;
  throw new UsageError(`no scenario is called "${name}"; allowed: ${scenarios.map((one) => one.name).join(', ')}`);
}

/** A whole number from 0 to `most`. @throws UsageError */
export function wholeNumber(option: string, text: string, most: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`--${option} is "${text}"; allowed: a whole number from 0 to ${most}`);
}

export type DrillArguments = {
  readonly scenario: Scenario;
  /** A scenario file to play instead. */
  readonly file: string | undefined;
  /** Nobody named a scenario: it is the default one, told with all there is to see. */
  readonly isDefault: boolean;
  /** Undefined: the scenario's own. */
  readonly seed: number | undefined;
  readonly without: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly list: boolean;
};

const flag = { type: 'boolean', default: false } as const;
const drillOptions = {
  scenario: { type: 'string' },
  file: { type: 'string' },
  seed: { type: 'string' },
  json: flag,
  without: flag,
  verbose: flag,
  list: flag,
} as const;

/** @param argv what stands after the script's name. @throws UsageError */
export function drillArguments(argv: readonly string[]): DrillArguments {
  const allowed = '--scenario NAME, --file FILE, --seed N, --json, --without, --verbose, --list';
  const { scenario, file, seed, ...flags } = optionValues(argv, drillOptions, allowed);
  if (scenario !== undefined && file !== undefined) throw new UsageError('--scenario and --file exclude each other');
  return {
    ...flags,
    file,
    isDefault: scenario === undefined && file === undefined,
    scenario: scenario === undefined ? defaultScenario : scenarioNamed(scenario),
    seed: seed === undefined ? undefined : wholeNumber('seed', seed, 2 ** 32 - 1),
  };
}
