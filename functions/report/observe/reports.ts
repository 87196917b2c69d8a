import { addDays, calendarOf, type DueReport, daysIn, dueReports } from '../../../shared/core/report/periods.ts';
import { daysBefore } from '../../../shared/core/report/report.ts';
import type { Context } from '../../../shared/flow.ts';
import { later } from '../../../shared/model/instant.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import { askedBy } from '../decide/asked.ts';
import type { ReportsView } from '../decide/reports.ts';
import type { Reader, ReportTable } from '../reader.ts';
import { observeMaterial } from './material.ts';

/** So long after its end a report waits for the last readings of the ledger. */
const WAIT_MS = 3_600_000;

/** Reads what the reports that are due are made of: nothing, most of the time. */
export async function observeReports(
  read: Reader,
  events: readonly AcceptedEvent[],
  context: Context,
): Promise<ReportsView> {
  const { now, policy } = context;
  const view = { ...askedBy(events, 'reports'), hasSlack: read.hasSlack };
  const due = dueReports(policy, now);
  if (due.length === 0) return { ...view, due: [] };
  const said = new Set((await read.outbox()).map(({ id }) => id));
  const unsaid = due.filter(({ id }) => !said.has(id));
  if (unsaid.length === 0) return { ...view, due: [] };
  const nothing = new Set((await read.reported()).map(({ id }) => id));
  const tables = policy.regions.map((region) => read.tableOf(region));
  const reports: ReportsView['due'][number][] = [];
  for (const one of unsaid.filter(({ id }) => !nothing.has(id))) {
    if (!(await isCounted(tables, one, context))) continue;
    const stretches = daysOf(one.period);
    const { mode } = policy;
    const account = events[0]?.account ?? '';
    const material = await observeMaterial(tables, { period: one.period, account, mode, now, stretches });
    reports.push({ id: one.id, material });
  }
  return { ...view, due: reports };
}

/** Is all that ran before the end of the period in the ledger? A cluster that is gone is not waited for. */
async function isCounted(tables: readonly ReportTable[], { period }: DueReport, { now }: Context): Promise<boolean> {
  if (now >= later(period.to, WAIT_MS)) return true;
  const counted = (await Promise.all(tables.map((table) => table.counted()))).flat();
  return counted.every(({ to }) => to >= period.to);
}

/** Its own days, and those before that its chart and its comparison show. */
export function daysOf({ kind, from, to, timeZone }: DueReport['period']) {
  const calendar = calendarOf(timeZone);
  const first = addDays(calendar.dayOf(from), -daysBefore({ kind }));
  return daysIn({ from: calendar.begins(first), to }, calendar);
}
