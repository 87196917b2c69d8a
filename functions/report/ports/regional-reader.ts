import { ranReader } from '../../../shared/aws/ran/reader.ts';
import type { ReportClients } from '../../../shared/aws/report-clients.ts';
import type { TablePorts } from '../../../shared/aws/table.ts';
import type { Log } from '../../../shared/flow.ts';
import { hasSlack, homeOf, type Policy } from '../../../shared/policy.ts';
import type { Reader } from '../reader.ts';
import { pricesReader } from './prices.ts';
import { outboxReader, tableReader } from './table.ts';

/** All that the report function reads of one region. */
export const makeReader = (
  region: string,
  clients: ReportClients,
  { table, log, policy }: { readonly table: TablePorts; readonly log: Log; readonly policy: Policy },
): Reader => ({
  ...tableReader(region, table),
  // The region of the stack has one outbox for all.
  ...outboxReader(homeOf({ region, policy }), table),
  tableOf: (other) => tableReader(other, table),
  hasSlack: hasSlack(policy),
  ran: ranReader(region, clients, table),
  prices: pricesReader(region, clients, { now: table.now, log }),
});
