import { packagedTemplate } from '../scripts/packaged.mjs';
import { SimulatedAccount } from '../sim/account.ts';
import type { Template } from '../sim/delivery/template.ts';
import { DynamoDb } from '../sim/dynamodb/service.ts';
import { Sqs } from '../sim/sqs/service.ts';
import { type Installation, install } from './installation.ts';
import { REGION, type Scenario } from './scenario.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export type DrillOptions = {
  readonly seed: number;
  /** The same market with spotkeeper not installed. */
  readonly without?: boolean;
};

export type Drill = {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly account: SimulatedAccount;
  /** Undefined without spotkeeper. */
  readonly installation: Installation | undefined;
  readonly verdict: Verdict;
  readonly violations: readonly string[];
};

/**
 * Plays a scenario in a simulated account, in virtual time: the packaged template's rules and queues, the real handlers
 * and SDK clients, the account's token buckets. The same seed gives the same drill.
 */
export async function runDrill(scenario: Scenario, { seed, without = false }: DrillOptions): Promise<Drill> {
  const template = (await packagedTemplate()) as Template;
  const own: { sqs?: Sqs; dynamodb?: DynamoDb } = {};
  const account = new SimulatedAccount({
    seed,
    regions: [REGION],
    ...(scenario.switches && { switches: scenario.switches }),
    services: ({ clock }) => {
      own.sqs = new Sqs({ clock });
      own.dynamodb = new DynamoDb({ clock });
      return [own.sqs.service, own.dynamodb.service];
    },
  });
  const region = account.region(REGION);
  scenario.build(region, account);
  region.settle();
  const settings = { SPOTKEEPER_MODE: 'act', ...scenario.settings };
  const installation =
    without || !own.sqs || !own.dynamodb
      ? undefined
      : install({ account, sqs: own.sqs, dynamodb: own.dynamodb, template, region: REGION, settings });
  await account.clock.run(account.clock.now() + scenario.seconds * 1000);
  const verdict = verdictOf(account, 'spotkeeper');
  const violations = installation ? scenario.violations(verdict) : [];
  return { scenario, seed, account, installation, verdict, violations };
}
