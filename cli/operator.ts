import type { ClientConfig } from '../shared/aws/clients.ts';
import { pause, systemNow, systemRandom } from '../shared/aws/clock.ts';
import { retryStrategy } from '../shared/aws/retry.ts';
import type { Runtime } from '../shared/flow.ts';
import { UsageError } from './command-line.ts';
import type { Terminal } from './terminal.ts';

/** What a command that an operator runs against an account is given; the simulated account gives its own. */
export type Operator = {
  readonly runtime: Pick<Runtime, 'now' | 'sleep' | 'random' | 'log'>;
  readonly clientConfig: ClientConfig;
};

/** A person can wait for a throttled call; a function cannot. */
const PATIENCE_MS = 60_000;

/** Real time, and credentials from where the SDK looks. @param endpoint of a simulated account or a proxy, else AWS's own */
export function operatorAt(endpoint: string | undefined, { complain }: Terminal): Operator {
  const edge = { now: systemNow, sleep: pause, random: systemRandom };
  const warn = (message: string, fields: object = {}) => complain(`${message} ${JSON.stringify(fields)}`);
  return {
    runtime: { ...edge, log: { info: () => {}, warn, error: warn } },
    clientConfig: () => ({
      retryStrategy: retryStrategy({ ...edge, patienceMs: PATIENCE_MS }),
      ...(endpoint !== undefined && { endpoint }),
    }),
  };
}

/** The Regions of a command line, else the environment's. @throws UsageError when there is none */
export function regionsOf(named: readonly string[] | undefined): readonly string[] {
  const regions = named ?? [process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? ''];
  const wrong = regions.find((region) => !/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region));
  if (wrong === '') throw new UsageError('no Region is given; allowed: --region R, or AWS_REGION');
  if (wrong !== undefined) throw new UsageError(`--region is "${wrong}"; allowed: a Region such as eu-west-1`);
  return [...new Set(regions)];
}

/** The ARNs of the clusters with these names; all when none is named. @throws UsageError for a name that is not there */
export function namedClusters(
  all: readonly string[],
  { names, region }: { names: readonly string[]; region: string },
): readonly string[] {
  const nameOf = (arn: string) => arn.slice(arn.indexOf('/') + 1);
  const unknown = names.find((name) => !all.some((arn) => nameOf(arn) === name));
  if (unknown === undefined) return all.filter((arn) => names.length === 0 || names.includes(nameOf(arn)));
  const known = all.map(nameOf).join(', ') || 'none, there is no cluster';
  throw new UsageError(`no cluster of ${region} is called "${unknown}"; allowed: ${known}`);
}

/** The line that tells of a failure: what the command line, AWS or the network says. @throws whatever else it is */
export function oneLine(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  if (!(error instanceof Error)) throw error;
  const isRefusal = '$fault' in error;
  if (!isRefusal && !('code' in error) && error.name !== 'CredentialsProviderError' && error.name !== 'TimeoutError')
    throw error;
  return `${isRefusal ? `${error.name}: ` : ''}${error.message}${adviceOn(error)}`.replaceAll('\n', ' ');
}

const WITHOUT_AWS = 'without AWS: npm run serve, and --endpoint-url';
/** What the network says of a host that it does not find, or where nobody answers. */
const NOBODY = new Set<unknown>(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED']);

/** What a person can do where there are no credentials, or nobody answers; else nothing. */
function adviceOn(error: Error): string {
  if (error.name === 'CredentialsProviderError')
    return `; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; ${WITHOUT_AWS}`;
  const isNobody = 'code' in error && NOBODY.has(error.code);
  return isNobody ? `; look at the network, --region and --endpoint-url; ${WITHOUT_AWS}` : '';
}
