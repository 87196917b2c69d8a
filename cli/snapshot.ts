import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { optionValues, UsageError } from './command-line.ts';
import { toldHelp } from './help.ts';
import { oneLine } from './operator.ts';
import { ScenarioFileError } from './scenario-file/read.ts';
import { pseudonymised } from './snapshot/pseudonyms.ts';
import { snapshotOf, snapshotText } from './snapshot/snapshot.ts';
import { RefusedError, Source, type SourceConfig } from './snapshot/source.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const options = {
  out: { type: 'string' },
  region: { type: 'string' },
  cluster: { type: 'string', multiple: true },
  'endpoint-url': { type: 'string' },
  pseudonymise: { type: 'boolean', default: false },
  key: { type: 'string' },
} as const;
const allowed =
  '--out FILE, --region R, --cluster NAME (again for more), --endpoint-url URL, --pseudonymise, --key TEXT';
const purpose = 'Reads an account, with Describe and List calls only, into a scenario file that drill and serve play.';

/**
 * `npm run snapshot`: reads an account, with Describe and List calls only, into a scenario file.
 * @param config of the clients, beside region and endpoint
 * @returns the exit code: 0, or 2 when the command line, the account's permissions or its contents do not allow it
 */
export async function snapshotCommand(
  argv: readonly string[],
  terminal: Terminal,
  config: Partial<SourceConfig> = {},
): Promise<number> {
  if (toldHelp(argv, terminal, { purpose, allowed })) return 0;
  try {
    const asked = optionValues(argv, options, allowed);
    const region = asked.region ?? config.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
    if (region === undefined) throw new UsageError('no Region is given; allowed: --region R, or AWS_REGION');
    const endpoint = asked['endpoint-url'];
    // The account's own API limits are shared with everybody: the SDK slows down when it is throttled.
    const source = new Source({
      retryMode: 'adaptive',
      maxAttempts: 8,
      ...config,
      region,
      ...(endpoint === undefined ? {} : { endpoint }),
    });
    const read = await snapshotOf(source, { region, clusters: asked.cluster ?? [] });
    const file = asked.pseudonymise ? pseudonymised(read, asked.key ?? randomUUID()) : read;
    for (const note of read.simulation.notes) terminal.complain(note);
    if (asked.out === undefined) terminal.print(snapshotText(file).trimEnd());
    else {
      await writeFile(asked.out, snapshotText(file));
      const { clusters, services, autoScalingGroups } = file.account;
      const counts = [many(clusters, 'cluster'), many(services, 'service'), many(autoScalingGroups, 'group')].join(
        ', ',
      );
      terminal.print(`${asked.out}: ${counts}. Play it: npm run drill -- --file ${asked.out}`);
    }
    return 0;
  } catch (error) {
    const isOurs = error instanceof ScenarioFileError || error instanceof RefusedError;
    terminal.complain(isOurs ? error.message : oneLine(error));
    return 2;
  }
}

const many = ({ length }: readonly unknown[], noun: string): string => `${length} ${noun}${length === 1 ? '' : 's'}`;

if (import.meta.main) process.exitCode = await snapshotCommand(process.argv.slice(2), processTerminal());
