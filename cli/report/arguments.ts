import { optionValues, positive, scenarioNamed, UsageError, wholeNumber } from '../command-line.ts';
import type { Scenario } from '../scenario.ts';
import { stormyDay } from '../scenarios/report/stormy-day.ts';
import { isDay, type Since, zoneOf } from './span.ts';
import type { By } from './told.ts';

export type Format = 'terminal' | 'html' | 'json' | 'csv';

export type ReportArguments = {
  /** What is played in the simulated account; undefined: the account is read. */
  readonly preview: PreviewArguments | undefined;
  readonly regions: readonly string[] | undefined;
  readonly table: string | undefined;
  readonly endpoint: string | undefined;
  /** undefined: the last seven days; of a preview its last report, or all that was played */
  readonly since: Since | undefined;
  readonly by: By;
  readonly format: Format;
  /** undefined: the terminal */
  readonly out: string | undefined;
  /** A picture to make, and nothing else unless a format is named. */
  readonly screenshot: string | undefined;
  readonly onlyPicture: boolean;
  /** IANA name; undefined: that of the settings, or UTC */
  readonly timeZone: string | undefined;
  /** Ask Cost Explorer, too: a cent a request. */
  readonly costExplorer: boolean;
};

export type PreviewArguments = {
  readonly scenario: Scenario;
  /** A scenario file to play instead. */
  readonly file: string | undefined;
  /** undefined: the scenario's own */
  readonly seed: number | undefined;
  /** Of the channel only this message and its thread, from 1 on. */
  readonly message: number | undefined;
};

const options = {
  preview: { type: 'boolean', default: false },
  scenario: { type: 'string' },
  file: { type: 'string' },
  seed: { type: 'string' },
  message: { type: 'string' },
  region: { type: 'string', multiple: true },
  table: { type: 'string' },
  'endpoint-url': { type: 'string' },
  since: { type: 'string' },
  by: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
  screenshot: { type: 'string' },
  'time-zone': { type: 'string' },
  'cost-explorer': { type: 'boolean', default: false },
} as const;

/** How the options of a report are written. */
export const REPORT_ALLOWED =
  '--preview with --scenario NAME or --file FILE, --seed N, --message N; or --region R (again for more), --table NAME, ' +
  '--endpoint-url URL; --since 7d or --since 2026-11-20, --by service, cluster, region or pool, --format terminal, html, json ' +
  'or csv, --out FILE, --screenshot FILE.png, --time-zone NAME, --cost-explorer (of an account; a cent a request)';

const OF_PREVIEW = ['scenario', 'file', 'seed', 'message'] as const;
const OF_ACCOUNT = ['region', 'table', 'endpoint-url'] as const;
const FORMATS: readonly Format[] = ['terminal', 'html', 'json', 'csv'];
const CUTS: readonly By[] = ['service', 'cluster', 'region', 'pool'];
/** The ledger keeps its entries for a hundred days. */
const MOST_DAYS = 100;

/** @param argv what stands after the script's name. @throws UsageError */
export function reportArguments(argv: readonly string[]): ReportArguments {
  const given = optionValues(argv, options, REPORT_ALLOWED);
  const { screenshot } = given;
  const misplaced = (given.preview ? OF_ACCOUNT : OF_PREVIEW).find((name) => given[name] !== undefined);
  if (misplaced)
    throw new UsageError(
      given.preview
        ? `--${misplaced} is for an account, and --preview reads none`
        : `--${misplaced} needs --preview, which plays a scenario`,
    );
  if (given.preview && given['cost-explorer'])
    throw new UsageError('--cost-explorer is for an account, and --preview reads none');
  const format = oneOf('format', given.format ?? 'terminal', FORMATS);
  if (given.by !== undefined && format !== 'terminal' && format !== 'csv')
    throw new UsageError('--by is for --format terminal and csv; json has all of them, html shows what Slack shows');
  if (given['cost-explorer'] && (format !== 'terminal' || screenshot !== undefined))
    throw new UsageError('--cost-explorer is for --format terminal: its answer is no part of the report');
  if (screenshot !== undefined && !/\.png$/i.test(screenshot))
    throw new UsageError(`--screenshot is "${screenshot}"; allowed: a file whose name ends with .png`);
  if (given.out === '') throw new UsageError('--out is empty; allowed: the name of a file');
  return {
    preview: given.preview ? previewArguments(given) : undefined,
    regions: given.region,
    table: given.table,
    endpoint: given['endpoint-url'],
    since: given.since === undefined ? undefined : sinceOf(given.since),
    by: oneOf('by', given.by ?? 'service', CUTS),
    format,
    out: given.out,
    screenshot,
    onlyPicture: screenshot !== undefined && given.format === undefined && given.out === undefined,
    timeZone: given['time-zone'] === undefined ? undefined : zoneOf(given['time-zone']),
    costExplorer: given['cost-explorer'],
  };
}

type PreviewTexts = { readonly [K in (typeof OF_PREVIEW)[number]]?: string | undefined };

function previewArguments({ scenario, file, seed, message }: PreviewTexts): PreviewArguments {
  if (scenario !== undefined && file !== undefined) throw new UsageError('--scenario and --file exclude each other');
  return {
    scenario: scenario === undefined ? stormyDay : scenarioNamed(scenario),
    file,
    seed: seed === undefined ? undefined : wholeNumber('seed', seed, 2 ** 32 - 1),
    message: message === undefined ? undefined : positive('message', message, 1_000),
  };
}

function oneOf<T extends string>(option: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new UsageError(`--${option} is "${text}"; allowed: ${allowed.join(', ')}`);
}

function sinceOf(text: string): Since {
  const [, days] = /^(\d{1,4})d$/.exec(text) ?? [];
  if (days !== undefined && Number(days) >= 1 && Number(days) <= MOST_DAYS) return { days: Number(days) };
  if (isDay(text)) return { day: text };
  throw new UsageError(
    `--since is "${text}"; allowed: a number of days from 1d to ${MOST_DAYS}d, or a day such as 2026-11-20`,
  );
}
