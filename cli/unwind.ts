import { makeFailoverClients } from '../shared/aws/failover-clients.ts';
import { Pacer } from '../shared/aws/pace.ts';
import { optionValues, positive } from './command-line.ts';
import { toldHelp } from './help.ts';
import { type Operator, oneLine, operatorAt, regionsOf } from './operator.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { carryOut } from './unwind/carry-out.ts';
import { clustersOf, lookAt, type Place } from './unwind/found.ts';
import { stepsOf } from './unwind/steps.ts';
import { findTable } from './unwind/table.ts';
import { clusterText, definitionsText, failoverMustBeOff } from './unwind/text.ts';

const flag = { type: 'boolean', default: false } as const;
const options = {
  region: { type: 'string', multiple: true },
  cluster: { type: 'string', multiple: true },
  table: { type: 'string' },
  wait: { type: 'string', default: '900' },
  yes: flag,
  force: flag,
  'endpoint-url': { type: 'string' },
} as const;
const ALLOWED =
  '--region R (again for more), --cluster NAME (again for more), --table NAME, --wait SECONDS, --yes, --force, ' +
  '--endpoint-url URL';
const PURPOSE =
  'Takes back all that is lent and deletes the standbys, before the stack is removed; without --yes it only tells.';

/**
 * `npm run unwind`: takes back all that is lent, and deletes the standbys, before the stack is removed. Without --yes it
 * only tells what it would do.
 * @param given time and network of a simulated account; undefined: real ones
 * @returns the exit code: 0; 1 when something is left; 2 when the command line, AWS or the network does not allow it
 */
export async function unwindCommand(argv: readonly string[], terminal: Terminal, given?: Operator): Promise<number> {
  if (toldHelp(argv, terminal, { purpose: PURPOSE, allowed: ALLOWED })) return 0;
  try {
    const asked = optionValues(argv, options, ALLOWED);
    const waitMs = positive('wait', asked.wait, 86_400) * 1000;
    const regions = regionsOf(asked.region);
    const operator = given ?? operatorAt(asked['endpoint-url'], terminal);
    const table = await findTable(operator, { regions, name: asked.table });
    const edge = operator.runtime;
    const parts = { edge, pacer: new Pacer(edge), clientConfig: operator.clientConfig };
    const places = regions.map((region): Place => ({ region, clients: makeFailoverClients(region, parts), table }));
    for (const line of [tableText(table?.name), ...failoverMustBeOff]) terminal.print(line);
    const { force } = asked;
    const left: string[] = [];
    const seen = [];
    for (const place of places) {
      for (const cluster of await clustersOf(place, asked.cluster ?? [])) {
        const found = await lookAt(place, cluster);
        seen.push(found);
        for (const line of ['', ...clusterText(found, stepsOf(found, { force }))]) terminal.print(line);
        const carrying = {
          place,
          runtime: edge,
          force,
          waitMs,
          say: (done: string) => terminal.print(`  done: ${done}`),
        };
        if (asked.yes) left.push(...(await carryOut(found, carrying)));
      }
    }
    const end = asked.yes ? [] : ['Nothing was changed. With --yes all of this is done.'];
    for (const line of ['', ...definitionsText(seen), ...end]) terminal.print(line);
    for (const sentence of left) terminal.complain(`left: ${sentence}`);
    return left.length > 0 ? 1 : 0;
  } catch (error) {
    terminal.complain(oneLine(error));
    return 2;
  }
}

const tableText = (name: string | undefined): string =>
  name === undefined
    ? 'No table of spotkeeper is in these Regions: standbys only, On-Demand bases are not looked at (--table NAME).'
    : `Records are in the table ${name}.`;

if (import.meta.main) process.exitCode = await unwindCommand(process.argv.slice(2), processTerminal());
