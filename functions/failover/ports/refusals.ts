import { keyOf } from '../../../shared/aws/record-keys.ts';
import { getRecords, putRecords, type TablePorts } from '../../../shared/aws/table.ts';
import type { Prepared } from '../../../shared/model/records.ts';
import type { Outcome } from '../../../shared/plan/action.ts';
import type { CreateStandby, RegisterRevision } from '../../../shared/plan/lending-action.ts';

export type Refusals = {
  readonly ofRevision: (action: RegisterRevision, outcome: Outcome) => Promise<void>;
  readonly ofStandby: (action: CreateStandby, outcome: Outcome) => Promise<void>;
};

/**
 * Remembers what AWS refused although our own check had passed it: it is not asked again before the service changes or an
 * hour has passed. One after the other: the standbys of a service are made at the same time and have one record.
 */
export function makeRefusals(table: TablePorts): Refusals {
  let last: Promise<void> = Promise.resolve();
  const keep = (action: CreateStandby, says: string) => {
    const { ifRefused, fingerprint, spec } = action;
    const kept = last.then(async () => {
      const there = (await getRecords(table, [keyOf(ifRefused)])).find((one) => one.is === 'prepared');
      const refused = { ...(there ?? ifRefused).refused, [spec.rung]: { says, fingerprint, at: ifRefused.checkedAt } };
      await putRecords(table, [{ ...ifRefused, refused }]);
    });
    last = kept.catch(() => undefined);
    return kept;
  };
  return {
    ofRevision: async ({ ifRefused }, outcome) => {
      const says = refusalOf(outcome);
      if (says !== undefined) await putRecords(table, [refusedRevision(ifRefused, says)]);
    },
    ofStandby: async (action, outcome) => {
      const says = refusalOf(outcome);
      if (says !== undefined) await keep(action, says);
    },
  };
}

const refusalOf = (outcome: Outcome): string | undefined => (outcome.result === 'failed' ? outcome.refusal : undefined);

const refusedRevision = (record: Prepared, says: string): Prepared => ({
  ...record,
  derived: undefined,
  size: undefined,
  findings: [...record.findings, { parameter: 'RegisterTaskDefinition', says, severity: 'refusal' }],
});
