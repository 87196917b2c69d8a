import type { ReportMaterial } from '../../../shared/core/report/material.ts';
import {
  addDays,
  calendarOf,
  type DueReport,
  daysIn,
  dueReports,
  hoursIn,
} from '../../../shared/core/report/periods.ts';
import { daysBefore } from '../../../shared/core/report/report.ts';
import type { Context } from '../../../shared/flow.ts';
import { later } from '../../../shared/model/instant.ts';
import type { AcceptedEvent } from '../decide/accepts.ts';
import { askedBy } from '../decide/asked.ts';
import type { ReportsView } from '../decide/reports.ts';
import type { Reader, ReportTable } from '../reader.ts';
import { type MaterialAsked, observeMaterial } from './material.ts';

/** So long after its end a report waits for the last readings of the ledger. */
const WAIT_MS = 3_600_000;

/** A bar of a single day's chart. */
const HOURS = 3;

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
    const { mode } = policy;
    const account = events[0]?.account ?? '';
    const material = await observeDays(tables, { period: one.period, account, mode, now });
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

/**
 * By days: its own, and those before that its chart and its comparison show. Of the first day that the ledger knows there
 * is nothing to show beside it: by hours.
 */
export async function observeDays(
  tables: readonly ReportTable[],
  about: Omit<MaterialAsked, 'stretches'>,
): Promise<ReportMaterial> {
  const { period } = about;
  const calendar = calendarOf(period.timeZone);
  const first = addDays(calendar.dayOf(period.from), -daysBefore(period));
  const stretches = daysIn({ from: calendar.begins(first), to: period.to }, calendar);
  const material = await observeMaterial(tables, { ...about, stretches });
  const isFirst = material.stretches.every(({ to, sums }) => to > period.from || sums.known.length === 0);
  return period.kind === 'daily' && isFirst
    ? observeMaterial(tables, { ...about, stretches: hoursIn(period, HOURS) })
    : material;
}
