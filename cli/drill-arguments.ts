import { parseArgs } from 'node:util';
import type { Scenario } from './scenario.ts';
import { defaultScenario, scenarios } from './scenarios.ts';

export type DrillArguments = {
  readonly scenario: Scenario;
  /** Nobody named a scenario: it is the default one, told with all there is to see. */
  readonly isDefault: boolean;
  readonly seed: number;
  readonly without: boolean;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly list: boolean;
};

/** A command line that cannot be understood, with what is allowed instead, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const ALLOWED = 'allowed: --scenario NAME, --seed N, --json, --without, --verbose, --list';

/** @param argv what stands after the script's name. @throws UsageError */
export function drillArguments(argv: readonly string[]): DrillArguments {
  const { scenario, seed, ...flags } = parsed(argv);
  return { ...flags, isDefault: scenario === undefined, scenario: scenarioNamed(scenario), seed: seedOf(seed) };
}

function parsed(argv: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      args: [...argv],
      options: {
        scenario: { type: 'string' },
        seed: { type: 'string', default: '1' },
        json: flag,
        without: flag,
        verbose: flag,
        list: flag,
      },
    }).values;
  } catch (error) {
    // parseArgs says what is wrong in its first sentence, and then how to quote it.
    if (error instanceof TypeError) throw new UsageError(`${error.message.split('. ')[0]}; ${ALLOWED}`);
    throw error;
  }
}

/** @returns the scenario of that name, or the default one for none. @throws UsageError that lists all */
export function scenarioNamed(name: string | undefined): Scenario {
  if (name === undefined) return defaultScenario;
  const found = scenarios.find((one) => one.name === name);
  if (found) return found;
  throw new UsageError(`no scenario is called "${name}"; allowed: ${scenarios.map((one) => one.name).join(', ')}`);
}

const MOST = 2 ** 32 - 1;

function seedOf(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= MOST) return Number(text);
  throw new UsageError(`--seed is "${text}"; allowed: a whole number from 0 to ${MOST}`);
}
