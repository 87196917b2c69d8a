import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { ReplayArguments } from './replay/setting.ts';
import type { Scenario } from './scenario.ts';
import { nearest } from './scenario-file/nearest.ts';
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

/** The scenario of that name. @throws UsageError that names a like one, or all */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((one) => one.name === name);
  if (found) return found;
  const names = scenarios.map((one) => one.name);
  const near = nearest(name, names);
  const hint = near === undefined ? `allowed: ${names.join(', ')}` : `did you mean ${near}? --list names all`;
  throw new UsageError(`no scenario is called "${name}"; ${hint}`);
}

/** A whole number from 0 to `most`. @throws UsageError */
export function wholeNumber(option: string, text: string, most: number): number {
  if (/^\d{1,10}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`--${option} is "${text}"; allowed: a whole number from 0 to ${most}`);
}

/** A whole number from 1 to `most`. @throws UsageError */
export function positive(option: string, text: string, most: number): number {
  if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`--${option} is "${text}"; allowed: a whole number from 1 to ${most}`);
}

/** A number from 0 to 1. @throws UsageError */
export function share(option: string, text: string): number {
  if (/^(0|1|0?\.\d{1,6}|1\.0+)$/.test(text)) return Number(text);
  throw new UsageError(`--${option} is "${text}"; allowed: a number from 0 to 1, such as 0.3`);
}

export type DrillArguments = {
  readonly scenario: Scenario;
  /** A scenario file to play instead. */
  readonly file: string | undefined;
  /** Traces to replay instead. */
  readonly replay: ReplayArguments | undefined;
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
  traces: { type: 'string' },
  type: { type: 'string' },
  region: { type: 'string' },
  target: { type: 'string' },
  'spot-ratio': { type: 'string' },
  days: { type: 'string' },
  seed: { type: 'string' },
  json: flag,
  without: flag,
  verbose: flag,
  list: flag,
} as const;

/** How the options of a drill are written. */
export const DRILL_ALLOWED =
  '--scenario NAME, --file FILE, --seed N, --json, --without, --verbose, --list, ' +
  '--traces DIR with --type T, --region R, --target N, --days N, --spot-ratio X';

/** @param argv what stands after the script's name. @throws UsageError */
export function drillArguments(argv: readonly string[]): DrillArguments {
  const given = optionValues(argv, drillOptions, DRILL_ALLOWED);
  const { scenario, file, seed, traces, type, region, target, 'spot-ratio': spotRatio, days, ...flags } = given;
  const sources = Object.entries({ scenario, file, traces }).filter(([, value]) => value !== undefined);
  if (sources.length > 1)
    throw new UsageError(`${sources.map(([name]) => `--${name}`).join(' and ')} exclude each other`);
  return {
    ...flags,
    file,
    replay: replayArguments({ traces, type, region, target, spotRatio, days }),
    isDefault: sources.length === 0,
    scenario: scenario === undefined ? defaultScenario : scenarioNamed(scenario),
    seed: seed === undefined ? undefined : wholeNumber('seed', seed, 2 ** 32 - 1),
  };
}

type ReplayTexts = {
  readonly [K in 'traces' | 'type' | 'region' | 'target' | 'spotRatio' | 'days']: string | undefined;
};

function replayArguments({ traces, type, region, target, spotRatio, days }: ReplayTexts): ReplayArguments | undefined {
  if (traces === undefined) {
    const alone = Object.entries({ type, region, target, 'spot-ratio': spotRatio, days }).find(
      ([, value]) => value !== undefined,
    );
    if (alone) throw new UsageError(`--${alone[0]} needs --traces DIR`);
    return undefined;
  }
  return {
    traces,
    type,
    region,
    target: target === undefined ? undefined : positive('target', target, 1_000),
    days: days === undefined ? undefined : positive('days', days, 3_650),
    spotRatio: spotRatio === undefined ? undefined : share('spot-ratio', spotRatio),
  };
}
