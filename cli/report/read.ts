import { observeMaterial } from '../../functions/report/observe/material.ts';
import { observeDays } from '../../functions/report/observe/reports.ts';
import { outboxReader, tableReader } from '../../functions/report/ports/table.ts';
import type { ReportTable } from '../../functions/report/reader.ts';
import { OBSERVE } from '../../shared/aws/own-ports.ts';
import type { TablePorts } from '../../shared/aws/table.ts';
import { reportOf } from '../../shared/core/report/report.ts';
import { later } from '../../shared/model/instant.ts';
import type { Report } from '../../shared/model/report.ts';
import { UsageError } from '../command-line.ts';
import type { Operator } from '../operator.ts';
import { findTable } from '../unwind/table.ts';
import type { Span } from './span.ts';

/** spotkeeper's table and the Regions whose ledger is read from it. */
export type Books = { readonly table: TablePorts; readonly regions: readonly string[] };

/**
 * The table of an account, which is only read.
 * @param asked the Regions, one of them the stack's, and the table's name if it was given
 * @throws UsageError when there is none, or several
 */
export async function booksOf(
  operator: Operator,
  asked: { readonly regions: readonly string[]; readonly name: string | undefined },
): Promise<Books> {
  const table = await findTable(operator, asked);
  if (table === undefined)
    throw new UsageError(
      `no table of spotkeeper is in ${asked.regions.join(', ')}; allowed: --region with the Region of the stack, and --table NAME`,
    );
  // What has expired is over: a cool-off, a standby's proof.
  return { table: { ...table, now: operator.runtime.now }, regions: asked.regions };
}

/** The report of a time as the ledger has it now. */
export async function reportIn({ table, regions }: Books, { period, stretches }: Span): Promise<Report> {
  const read = (prefix: string) => regions.map((region) => tableReader(region, { ...table, prefix }));
  const [acted, observed] = [read(''), read(OBSERVE)];
  const mode = (await lastSign(observed, period)) > (await lastSign(acted, period)) ? 'observe' : 'act';
  const tables = mode === 'act' ? acted : observed;
  const about = { period, account: await accountIn(tables), mode, now: later(period.to, 0) } as const;
  return reportOf(await (stretches ? observeMaterial(tables, { ...about, stretches }) : observeDays(tables, about)));
}

/** When something was last written down of what the mode decides. 0: nothing was. The ledger is the same in both. */
async function lastSign(tables: readonly ReportTable[], { from, to }: Span['period']): Promise<number> {
  const signs = await Promise.all(
    tables.map(async (table) => [
      ...(await table.interruptions(from, to)).map(({ noticedAt }) => noticedAt),
      ...(await table.incidents(from)).map(({ openedAt }) => openedAt),
    ]),
  );
  return Math.max(0, ...signs.flat());
}

/** The account's id stands in the ARNs of its clusters. */
async function accountIn(tables: readonly ReportTable[]): Promise<string> {
  const counted = (await Promise.all(tables.map((table) => table.counted()))).flat();
  return counted[0]?.cluster.split(':')[4] ?? 'unknown';
}

/** Which reports of a stack were made, by their ids. */
export async function madeReports({ table, regions }: Books): Promise<ReadonlySet<string>> {
  const [home = ''] = regions;
  return new Set((await outboxReader(home, table).outbox()).map(({ id }) => id));
}
