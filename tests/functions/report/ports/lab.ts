import { makeReader } from '../../../../functions/report/ports/regional-reader.ts';
import type { Log } from '../../../../shared/flow.ts';
import type { Policy } from '../../../../shared/policy.ts';
import type { AwsError } from '../../../../sim/service.ts';
import { aPolicy } from '../../../given.ts';
import { lab, REGION } from '../../../shared/aws/lab.ts';

/** What the report function reads of a region of a simulated account. */
export function reportLab(options: Parameters<typeof lab>[0] & { readonly policy?: Partial<Policy> } = {}) {
  const { policy, ...account } = options;
  const made = lab(account);
  const warnings: string[] = [];
  const log: Log = { info: () => {}, warn: (message) => warnings.push(message), error: () => {} };
  const { table, report } = made;
  return {
    ...made,
    warnings,
    read: makeReader(REGION, report, { table, log, policy: aPolicy({ regions: [REGION], ...policy }) }),
    /** Lets so many hours of virtual time pass. */
    pass: (hours: number) => made.account.clock.run(made.account.clock.now() + hours * 3_600_000),
  };
}

/** Faults of one operation. */
export const failing = (operation: string, error: AwsError): Parameters<typeof lab>[0] => ({
  faults: (call) => (call.operation === operation ? { error, when: 'before' } : undefined),
});
