import { fileURLToPath } from 'node:url';
import { packagedTemplate } from '../scripts/packaged.mjs';
import type { Template } from '../sim/delivery/template.ts';
import { type Listening, listen } from '../sim/http.ts';
import { optionValues, scenarioNamed, UsageError, wholeNumber } from './command-line.ts';
import { toldHelp } from './help.ts';
import { install } from './installation.ts';
import { accountOf } from './run-drill.ts';
import { regionOf, type Scenario, storySecondsOf } from './scenario.ts';
import type { ScenarioFile } from './scenario-file/format.ts';
import { loadScenario } from './scenario-file/load.ts';
import { ScenarioFileError } from './scenario-file/read.ts';
import { control } from './serve-control.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const flag = { type: 'boolean', default: false } as const;
const options = {
  port: { type: 'string', default: '5050' },
  file: { type: 'string' },
  scenario: { type: 'string' },
  speed: { type: 'string', default: '1' },
  seed: { type: 'string' },
  with: flag,
  without: flag,
} as const;
const ALLOWED = '--port N, --file FILE, --scenario NAME, --speed N, --seed N, --with, --without';
const PURPOSE = 'Serves the simulated account of a scenario over HTTP, for the AWS CLI and any SDK.';

const DEFAULT_FILE = fileURLToPath(new URL('scenarios/default.json', import.meta.url));

type Asked = {
  readonly scenario: Scenario;
  readonly file: ScenarioFile | undefined;
  readonly port: number;
  readonly speed: number;
  readonly seed: number;
  readonly without: boolean;
};

/**
 * `npm run serve`: the account of a scenario over HTTP on 127.0.0.1, with spotkeeper installed unless told otherwise. The
 * AWS CLI and any SDK can look on while the story takes place; control calls move its clock (docs/scenario-files.md).
 * @returns undefined when the command line or the file is not understood or the port is taken, which was said
 */
export async function serve(argv: readonly string[], terminal: Terminal): Promise<Listening | undefined> {
  try {
    return await serveScenario(await askedFor(argv), terminal);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!(error instanceof UsageError || error instanceof ScenarioFileError || isTaken)) throw error;
    terminal.complain(isTaken ? `${error.message}; choose another port with --port N` : error.message);
    return undefined;
  }
}

/** The same, from the command line. @returns the exit code, once it listens: 0; 2 when `serve` could not */
export async function serveCommand(argv: readonly string[], terminal: Terminal): Promise<number> {
  if (toldHelp(argv, terminal, { purpose: PURPOSE, allowed: ALLOWED })) return 0;
  return (await serve(argv, terminal)) === undefined ? 2 : 0;
}

async function askedFor(argv: readonly string[]): Promise<Asked> {
  const given = optionValues(argv, options, ALLOWED);
  if (given.with && given.without) throw new UsageError('--with and --without exclude each other');
  if (given.file !== undefined && given.scenario !== undefined) {
    throw new UsageError('--scenario and --file exclude each other');
  }
  const port = wholeNumber('port', given.port, 65_535);
  const speed = wholeNumber('speed', given.speed, 10_000);
  const seed = given.seed === undefined ? undefined : wholeNumber('seed', given.seed, 2 ** 32 - 1);
  const named = given.scenario === undefined ? undefined : scenarioNamed(given.scenario);
  const loaded = named ? undefined : await loadScenario(given.file ?? DEFAULT_FILE);
  const scenario = named ?? loaded;
  if (!scenario) throw new Error('a scenario has a name or a file');
  return { scenario, file: loaded?.file, port, speed, seed: seed ?? scenario.seed ?? 1, without: given.without };
}

async function serveScenario(asked: Asked, { print, complain }: Terminal): Promise<Listening> {
  const { scenario, port, speed, seed, without, file } = asked;
  const { account, sqs, dynamodb, faults } = accountOf(scenario, seed);
  const name = regionOf(scenario);
  const template = (await packagedTemplate(scenario)) as Template;
  const settings = { SPOTKEEPER_MODE: 'act', ...scenario.settings };
  const delivery = faults && { faults: faults.onDelivery };
  const installed = without
    ? undefined
    : install({ account, sqs, dynamodb, template, region: name, settings, ...delivery });
  const region = account.region(name);
  const listening: Listening = await listen(account.endpoint, {
    clock: account.clock,
    port,
    region: name,
    speed,
    control: (request) => control({ account, region, file, advance: (ms) => listening.advance(ms) }, request),
    onDefect: (error) => complain(`defect: ${error instanceof Error ? error.stack : String(error)}`),
  });
  const [cluster] = region.parts.ecs.state.clusters.keys();
  const [targetGroup] = region.parts.targetGroups.keys();
  const queue = installed?.deployment.queues.get('NoticeQueue')?.options.url;
  print(`The simulated account answers at ${listening.url}; Ctrl+C ends it.`);
  print(`In ${storySecondsOf(scenario)} ${speed === 1 ? '' : 'virtual '}seconds: ${scenario.title}`);
  print('');
  print(`export AWS_ENDPOINT_URL=${listening.url} AWS_DEFAULT_REGION=${name}`);
  print('export AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated');
  for (const line of suggestions({ cluster, targetGroup, queue }, listening.url, name)) print(line);
  print(`curl -d '{"advanceSeconds": 60}' ${listening.url}/_simulator/clock`);
  print(`curl ${listening.url}/_simulator/state`);
  return listening;
}

type Named = {
  readonly cluster: string | undefined;
  readonly targetGroup: string | undefined;
  readonly queue: string | undefined;
};

/** What to look at, as the AWS CLI is asked for it. */
function suggestions(
  { cluster = 'default', targetGroup, queue }: Named,
  url: string,
  region: string,
): readonly string[] {
  const arns = `aws ecs list-container-instances --cluster ${cluster} --query containerInstanceArns --output text`;
  return [
    'aws ecs list-clusters',
    `aws ecs describe-container-instances --cluster ${cluster} --container-instances $(${arns}) \\`,
    "  --query 'containerInstances[].[ec2InstanceId,status,runningTasksCount]' --output table",
    "aws ec2 describe-instances --query 'Reservations[].Instances[].[InstanceId,State.Name]' --output table",
    'aws autoscaling describe-auto-scaling-groups',
    ...(targetGroup === undefined ? [] : [`aws elbv2 describe-target-health --target-group-arn ${targetGroup}`]),
    ...(queue === undefined
      ? []
      : [
          "aws dynamodb query --table-name Table --key-condition-expression 'pk = :pk' \\",
          `  --expression-attribute-values '{":pk":{"S":"cluster ${region}"}}'`,
          // Version 1 of the AWS CLI has an SQS endpoint of its own that only this option replaces.
          `aws sqs get-queue-attributes --attribute-names All --queue-url ${queue} --endpoint-url ${url}`,
        ]),
  ];
}

if (import.meta.main) {
  // There is nothing to save, and clients may hold their connections open for long.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
  process.exitCode = await serveCommand(process.argv.slice(2), processTerminal());
}
