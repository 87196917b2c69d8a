import { hostIn } from '../../../cli/host.ts';
import { transcriptOf } from '../../../cli/transcript.ts';
import { makeClients, makeTableClient } from '../../../shared/aws/clients.ts';
import { makeFailoverClients } from '../../../shared/aws/failover-clients.ts';
import { Pacer, tickPacer } from '../../../shared/aws/pace.ts';
import { makeRebalanceClients } from '../../../shared/aws/rebalance-clients.ts';
import { makeReportClients } from '../../../shared/aws/report-clients.ts';
import type { TablePorts } from '../../../shared/aws/table.ts';
import { SimulatedAccount } from '../../../sim/account.ts';
import type { VirtualClock } from '../../../sim/clock.ts';
import { DynamoDb } from '../../../sim/dynamodb/service.ts';
import type { EndpointOptions } from '../../../sim/endpoint.ts';

export const REGION = 'eu-west-1';

/** The adapters' own clients, paced and retried as in Lambda, against a simulated account with a table. */
export function lab(options: Pick<EndpointOptions, 'faults' | 'buckets'> = {}) {
  const made: { dynamodb?: DynamoDb } = {};
  const account = new SimulatedAccount({
    seed: 7,
    regions: [REGION],
    ...options,
    services: ({ clock }) => {
      made.dynamodb = new DynamoDb({ clock });
      return [made.dynamodb.service];
    },
  });
  const { dynamodb } = made as { dynamodb: DynamoDb };
  dynamodb.createTable({
    region: REGION,
    account: account.account,
    tableName: 'table',
    keySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    ttlAttribute: 'expiresAt',
  });
  const { clock } = account;
  const { runtime: edge, clientConfig } = hostIn(account, 'lab', transcriptOf(clock).edge('lab'));
  const parts = { edge, pacer: new Pacer(edge), clientConfig };
  const clients = makeClients(REGION, parts);
  const table: TablePorts = {
    client: makeTableClient(REGION, { edge, clientConfig }),
    name: 'table',
    prefix: '',
    now: edge.now,
    sleep: edge.sleep,
  };
  return {
    account,
    dynamodb,
    region: account.region(REGION),
    edge,
    clients,
    failover: makeFailoverClients(REGION, parts),
    rebalance: makeRebalanceClients(REGION, parts),
    report: makeReportClients(REGION, { ...parts, pacer: tickPacer(edge) }),
    clientConfig,
    table,
    /** Runs virtual time until the work is done. */
    run: <T>(work: Promise<T>): Promise<T> => until(clock, work),
    /** How many calls of an operation the account answered, by outcome. */
    calls: (operation: string) =>
      account.endpoint.calls.entries.filter((call) => call.operation === operation).map(({ outcome }) => outcome),
  };
}

/** Not further: what the account still has to do later stays to be done. */
async function until<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let settled = false;
  const end = () => {
    settled = true;
  };
  clock.track(work).then(end, end);
  while (!settled) await clock.run(clock.now() + 100);
  return work;
}
