import { packagedTemplate } from '../scripts/packaged.mjs';
import type { Template } from '../sim/delivery/template.ts';
import { type Listening, listen } from '../sim/http.ts';
import { optionValues, scenarioNamed, UsageError, wholeNumber } from './command-line.ts';
import { install } from './installation.ts';
import { accountOf } from './run-drill.ts';
import { REGION, type Scenario, STORY_AT_SECONDS } from './scenario.ts';
import { singleNotice } from './scenarios/single-notice.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const options = {
  port: { type: 'string', default: '5050' },
  scenario: { type: 'string', default: singleNotice.name },
} as const;

/**
 * `npm run serve`: the account of a scenario with spotkeeper installed, over HTTP on 127.0.0.1, in real time. The AWS
 * CLI and any SDK can look on while the story takes place.
 * @returns undefined when the command line is not understood or the port is taken, which was said
 */
export async function serve(argv: readonly string[], terminal: Terminal): Promise<Listening | undefined> {
  try {
    const asked = optionValues(argv, options, '--port N, --scenario NAME');
    const port = wholeNumber('port', asked.port, 65_535);
    return await serveScenario(scenarioNamed(asked.scenario), port, terminal);
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    if (!(error instanceof UsageError) && !isTaken) throw error;
    terminal.complain(isTaken ? `${error.message}; choose another port with --port N` : error.message);
    return undefined;
  }
}

async function serveScenario(scenario: Scenario, port: number, { print }: Terminal): Promise<Listening> {
  const { account, sqs, dynamodb } = accountOf(scenario, 1);
  const template = (await packagedTemplate()) as Template;
  const settings = { SPOTKEEPER_MODE: 'act', ...scenario.settings };
  const { deployment } = install({ account, sqs, dynamodb, template, region: REGION, settings });
  const listening = await listen(account.endpoint, { clock: account.clock, port, region: REGION });
  const region = account.region(REGION);
  const [cluster] = region.parts.ecs.state.clusters.keys();
  const [targetGroup] = region.parts.targetGroups.keys();
  const queue = deployment.queues.get('NoticeQueue')?.options.url;
  print(`The simulated account answers at ${listening.url}; Ctrl+C ends it.`);
  print(`In ${STORY_AT_SECONDS} seconds: ${scenario.title}`);
  print('');
  print(`export AWS_ENDPOINT_URL=${listening.url} AWS_DEFAULT_REGION=${REGION}`);
  print('export AWS_ACCESS_KEY_ID=simulated AWS_SECRET_ACCESS_KEY=simulated');
  for (const line of suggestions({ cluster, targetGroup, queue }, listening.url)) print(line);
  return listening;
}

type Named = {
  readonly cluster: string | undefined;
  readonly targetGroup: string | undefined;
  readonly queue: string | undefined;
};

/** What to look at, as the AWS CLI is asked for it. */
function suggestions({ cluster = 'default', targetGroup, queue }: Named, url: string): readonly string[] {
  const arns = `aws ecs list-container-instances --cluster ${cluster} --query containerInstanceArns --output text`;
  return [
    'aws ecs list-clusters',
    `aws ecs describe-container-instances --cluster ${cluster} --container-instances $(${arns}) \\`,
    "  --query 'containerInstances[].[ec2InstanceId,status,runningTasksCount]' --output table",
    "aws ec2 describe-instances --query 'Reservations[].Instances[].[InstanceId,State.Name]' --output table",
    'aws autoscaling describe-auto-scaling-groups',
    ...(targetGroup === undefined ? [] : [`aws elbv2 describe-target-health --target-group-arn ${targetGroup}`]),
    "aws dynamodb query --table-name Table --key-condition-expression 'pk = :pk' \\",
    `  --expression-attribute-values '{":pk":{"S":"cluster ${REGION}"}}'`,
    // Version 1 of the AWS CLI has an SQS endpoint of its own that only this option replaces.
    `aws sqs get-queue-attributes --attribute-names All --queue-url ${queue} --endpoint-url ${url}`,
  ];
}

if (import.meta.main) {
  const listening = await serve(process.argv.slice(2), processTerminal());
  if (!listening) process.exitCode = 2;
}
