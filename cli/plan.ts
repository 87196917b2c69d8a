import { makeFailoverClients } from '../shared/aws/failover-clients.ts';
import { Pacer } from '../shared/aws/pace.ts';
import { makeRebalanceClients } from '../shared/aws/rebalance-clients.ts';
import { PolicyError, policyFromEnv } from '../shared/policy.ts';
import { settings } from '../shared/settings.ts';
import { optionValues, UsageError } from './command-line.ts';
import { toldHelp } from './help.ts';
import { type Operator, oneLine, operatorAt, regionsOf } from './operator.ts';
import { type RegionPlan, regionPlan } from './plan/region-plan.ts';
import { planText } from './plan/text.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const options = {
  region: { type: 'string', multiple: true },
  cluster: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean', default: false },
  'endpoint-url': { type: 'string' },
} as const;
const ALLOWED =
  '--region R (again for more), --cluster NAME (again for more), --set SETTING=VALUE (again for more), --json, ' +
  '--endpoint-url URL';
const PURPOSE = 'Says what failover would create and lend, and rebalance change, in an account, which it only reads.';

/**
 * `npm run plan`: what failover would create and lend, and which instance types
 * rebalance would give groups, in an account, which is read with Describe, List and Get calls only.
 * @param given time and network of a simulated account; undefined: real ones
 * @returns the exit code: 0, or 2 when the command line, AWS or the network does not allow it
 */
export async function planCommand(argv: readonly string[], terminal: Terminal, given?: Operator): Promise<number> {
  if (toldHelp(argv, terminal, { purpose: PURPOSE, allowed: ALLOWED })) return 0;
  try {
    const asked = optionValues(argv, options, ALLOWED);
    const policy = policyWith(asked.set ?? []);
    const operator = given ?? operatorAt(asked['endpoint-url'], terminal);
    const { runtime, clientConfig } = operator;
    const parts = { edge: runtime, pacer: new Pacer(runtime), clientConfig };
    const plans: RegionPlan[] = [];
    for (const region of regionsOf(asked.region)) {
      const clients = { failover: makeFailoverClients(region, parts), rebalance: makeRebalanceClients(region, parts) };
      plans.push(await regionPlan({ clients, operator }, asked.cluster ?? [], { region, policy, now: runtime.now() }));
    }
    if (asked.json) terminal.print(JSON.stringify({ regions: plans }, undefined, 2));
    else for (const line of plans.flatMap(planText)) terminal.print(line);
    return 0;
  } catch (error) {
    terminal.complain(oneLine(error));
    return 2;
  }
}

/** The account's settings. The mode is act: what is told is what would be done, and nobody is there to do it. */
function policyWith(changes: readonly string[]) {
  const env: Record<string, string> = { SPOTKEEPER_MODE: 'act' };
  for (const change of changes) {
    const [, param, value] = /^([^=]*)=(.*)$/.exec(change) ?? [];
    const allowed = Object.values(settings).filter((one) => one.param !== 'mode');
    const setting = allowed.find((one) => one.param === param);
    if (!setting || value === undefined) {
      const params = allowed.map((one) => one.param).join(', ');
      throw new UsageError(`--set is "${change}"; allowed: NAME=VALUE with one of ${params}`);
    }
    env[setting.env] = value;
  }
  try {
    return policyFromEnv(env);
  } catch (error) {
    if (error instanceof PolicyError) throw new UsageError(error.message.replaceAll('\n', '; '));
    throw error;
  }
}

if (import.meta.main) process.exitCode = await planCommand(process.argv.slice(2), processTerminal());
