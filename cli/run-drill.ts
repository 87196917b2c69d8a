import { packagedTemplate } from '../scripts/packaged.mjs';
import { type AccountOptions, defaultStartMs, SimulatedAccount } from '../sim/account.ts';
import { StackReader, type Template } from '../sim/delivery/template.ts';
import { DynamoDb } from '../sim/dynamodb/service.ts';
import { Faults } from '../sim/faults/faults.ts';
import { actByHand } from '../sim/faults/manual-actions.ts';
import { BOT_TOKEN, CHANNEL, SlackWorkspace } from '../sim/slack/workspace.ts';
import { Sqs } from '../sim/sqs/service.ts';
import { safetyViolations, watchLastTargets } from './checkers.ts';
import { lendingViolations } from './failover/checkers.ts';
import { watchDeeds } from './failover/deeds.ts';
import { type LendingLog, logLending } from './failover/lending-log.ts';
import { type Installation, install } from './installation.ts';
import { rebalanceViolations } from './rebalance/promises.ts';
import { type RebalanceLog, watchRebalance } from './rebalance/watch.ts';
import { interruptionRecords } from './records.ts';
import { regionOf, type Scenario, storySecondsOf } from './scenario.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** A bot's token stands in the parameter that the settings name. */
const SLACK = { SPOTKEEPER_SLACK_SECRET: '/spotkeeper/slack', SPOTKEEPER_SLACK_CHANNEL: CHANNEL };

/** How old the answers may be that a plan of faults asks for. */
const STALE_WINDOW_MS = 60_000;

export type DrillOptions = {
  readonly seed: number;
  /** The same market with spotkeeper not installed. */
  readonly without?: boolean;
};

export type Drill = {
  readonly scenario: Scenario;
  readonly seed: number;
  /** When the story begins, virtual epoch milliseconds. */
  readonly storyAt: number;
  readonly account: SimulatedAccount;
  /** Undefined without spotkeeper. */
  readonly installation: Installation | undefined;
  readonly verdict: Verdict;
  /** Whom tasks were lent, and how many tasks each service had, over time. */
  readonly lending: LendingLog;
  /** What rebalance did to groups and instances. */
  readonly rebalance: RebalanceLog;
  /** The Slack workspace of a drill with the function report. */
  readonly slack: SlackWorkspace | undefined;
  /** spotkeeper's own table, and its name. */
  readonly dynamodb: DynamoDb;
  /** What spotkeeper promised and did not keep, one sentence each; none without spotkeeper. */
  readonly violations: readonly string[];
};

/**
 * Plays a scenario in a simulated account, in virtual time: the packaged template's rules and queues, the real handlers
 * and SDK clients, the account's token buckets. The same seed gives the same drill.
 */
export async function runDrill(scenario: Scenario, { seed, without = false }: DrillOptions): Promise<Drill> {
  const { account, sqs, dynamodb, faults } = accountOf(scenario, seed);
  const name = regionOf(scenario);
  const region = account.region(name);
  const { clock } = account;
  const from = clock.now();
  const template = ticking(await templateFor(scenario), scenario.tickMinutes);
  const slack = scenario.report && !without ? new SlackWorkspace(clock, account.journal) : undefined;
  if (slack) account.parameters.put({ region: name, name: SLACK.SPOTKEEPER_SLACK_SECRET, value: BOT_TOKEN });
  if (slack) scenario.slack?.(slack, account);
  const settings = { SPOTKEEPER_MODE: 'act', ...(slack && SLACK), ...scenario.settings };
  const delivery = faults && { faults: faults.onDelivery };
  const installation = without
    ? undefined
    : install({ account, sqs, dynamodb, template, region: name, settings, ...delivery, ...(slack && { slack }) });
  const emptiedGroups = watchLastTargets(region, account);
  const lending = logLending(region, account);
  const deeds: string[] = [];
  watchDeeds(region, account, (sentence) => deeds.push(sentence));
  const rebalance = watchRebalance(region, account);
  await clock.run(from + scenario.seconds * 1000);
  const storyAt = from + storySecondsOf(scenario) * 1000;
  const verdict = verdictOf(account, region, { callers: 'spotkeeper', lending, storyAt });
  const drill = { scenario, seed, storyAt, account, installation, verdict, lending, rebalance, slack, dynamodb };
  if (!installation) return { ...drill, violations: [] };
  const call = { account: account.account, region: name, caller: 'drill', at: clock.now() };
  const tableName = new StackReader(template, call).nameOf('Table');
  const interruptions = interruptionRecords(dynamodb, { tableName, call, from, to: clock.now() });
  const played = { ...drill, region, installation, emptiedGroups, interruptions };
  const general = [
    ...safetyViolations(played),
    ...deeds,
    ...lendingViolations(lending, clock.now()),
    ...rebalanceViolations(played),
  ];
  const violations = [...general, ...scenario.promises.flatMap((promise) => promise(played))];
  return { ...drill, violations };
}

const templateFor = async ({ failover = false, rebalance = false, report = false }: Scenario): Promise<Template> =>
  (await packagedTemplate({ failover, rebalance, report })) as Template;

/** The stack with a schedule that ticks more seldom than every minute. */
function ticking(template: Template, minutes: number | undefined): Template {
  if (minutes === undefined) return template;
  const Resources = Object.fromEntries(
    Object.entries(template.Resources).map(([name, resource]) => {
      const isSchedule = resource.Properties?.ScheduleExpression !== undefined;
      const Properties = { ...resource.Properties, ScheduleExpression: `rate(${minutes} minutes)` };
      return [name, isSchedule ? { ...resource, Properties } : resource];
    }),
  );
  return { ...template, Resources };
}

export type ScenarioAccount = {
  readonly account: SimulatedAccount;
  readonly sqs: Sqs;
  readonly dynamodb: DynamoDb;
  /** undefined: nothing goes wrong */
  readonly faults: Faults | undefined;
};

/** The simulated account as it stands before the scenario's story begins: everything placed, nothing has happened. */
export function accountOf(
  scenario: Pick<Scenario, 'build' | 'switches' | 'region' | 'accountId' | 'market' | 'faults'>,
  seed: number,
  more: Pick<AccountOptions, 'faults' | 'staleWindowMs' | 'market'> = {},
): ScenarioAccount {
  const faults = scenario.faults && new Faults(scenario.faults, { seed, startMs: defaultStartMs });
  const own: { sqs?: Sqs; dynamodb?: DynamoDb } = {};
  const account = new SimulatedAccount({
    ...(scenario.market && { market: scenario.market }),
    ...(faults && { faults: faults.onCall, staleWindowMs: STALE_WINDOW_MS }),
    ...more,
    seed,
    regions: [regionOf(scenario)],
    ...(scenario.accountId !== undefined && { account: scenario.accountId }),
    ...(scenario.switches && { switches: scenario.switches }),
    services: ({ clock }) => {
      own.sqs = new Sqs({ clock });
      own.dynamodb = new DynamoDb({ clock });
      return [own.sqs.service, own.dynamodb.service];
    },
  });
  const { sqs, dynamodb } = own;
  if (!sqs || !dynamodb) throw new Error('a simulated account makes its services when it is made');
  const region = account.region(regionOf(scenario));
  scenario.build(region, account);
  region.settle();
  if (faults) {
    const { clock, endpoint } = account;
    actByHand(scenario.faults?.manual ?? [], { clock, endpoint, startMs: defaultStartMs, happened: faults.happened });
  }
  return { account, sqs, dynamodb, faults };
}
