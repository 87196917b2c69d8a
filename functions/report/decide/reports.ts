import type { ReportMaterial } from '../../../shared/core/report/material.ts';
import { isEmpty, reportOf } from '../../../shared/core/report/report.ts';
import type { Context } from '../../../shared/flow.ts';
import type { Outbox, Reported } from '../../../shared/model/incident.ts';
import { later } from '../../../shared/model/instant.ts';
import type { Report } from '../../../shared/model/report.ts';
import { emptyPlan, type Guard, merge, type Plan } from '../../../shared/plan/action.ts';
import { reportMessage } from '../../../shared/slack/message/report.ts';
import type { Asked } from './asked.ts';
import { keptUntil } from './outbox.ts';

/** Reports that are due and not made. */
export type ReportsView = Asked & {
  readonly hasSlack: boolean;
  readonly due: readonly { readonly id: string; readonly material: ReportMaterial }[];
};

/** Longer than a report is due. */
const KEPT_MS = 7 * 24 * 3_600_000;

/**
 * Makes the reports that are due. A report is made by one conditional write, that of its outbox record: whoever dies
 * before has made none, and nobody makes it twice. Of a time of which nothing is known it is written down that nothing
 * is told, so that its ledger is not read again.
 */
export const decideReports = ({ for: records, by, hasSlack, due }: ReportsView, context: Context): Plan =>
  merge(
    due.map(({ id, material }) => {
      const report = reportOf(material);
      const next = isEmpty(report) ? nothing(id, by, context) : message(id, report, { by, hasSlack, context });
      const guard: Guard = { name: `report ${id}`, for: records, expected: 'absent', whenLost: 'leave', next };
      const notes = next.is === 'outbox' ? [] : [`${id} is not made: nothing is known of ${report.period.name}`];
      return { ...emptyPlan, guards: [guard], notes };
    }),
  );

function message(
  id: string,
  report: Report,
  { by, hasSlack, context }: { readonly by: string; readonly hasSlack: boolean; readonly context: Context },
): Outbox {
  const { region, now } = context;
  return {
    is: 'outbox',
    region,
    id,
    message: reportMessage(report),
    news: undefined,
    revision: 1,
    saidRevision: 0,
    outdated: false,
    posted: undefined,
    attempts: 0,
    notBefore: now,
    lastError: undefined,
    createdAt: now,
    version: 1,
    by,
    expiresAt: keptUntil(hasSlack, now),
  };
}

const nothing = (id: string, by: string, { region, now }: Context): Reported => ({
  is: 'reported',
  region,
  id,
  version: 1,
  by,
  expiresAt: later(now, KEPT_MS),
});
