import type { Product } from '../../cli/installation.ts';
import { flows } from '../../functions/flows.ts';
import { makeHandler } from '../../shared/lambda.ts';
import type { Action, Outcome } from '../../shared/plan/action.ts';

type Acts = ReturnType<typeof flows.rebalance.makePorts>['act'];
type ReportActs = ReturnType<typeof flows.report.makePorts>['act'];

const withRebalance = (change: (act: Acts) => Partial<Acts>): Product => ({
  makeHandler,
  flows: {
    ...flows,
    rebalance: {
      ...flows.rebalance,
      makePorts: (process) => {
        const ports = flows.rebalance.makePorts(process);
        return { ...ports, act: { ...ports.act, ...change(ports.act) } };
      },
    },
  },
});

const withReport = (change: (act: ReportActs) => Partial<ReportActs>): Product => ({
  makeHandler,
  flows: {
    ...flows,
    report: {
      ...flows.report,
      makePorts: (process) => {
        const ports = flows.report.makePorts(process);
        return { ...ports, act: { ...ports.act, ...change(ports.act) } };
      },
    },
  },
});

/** Says that it did. */
const nothing = async (action: Action): Promise<Outcome> => ({ action, result: 'done' });

/** Defects of rebalance and report, with a seed that shows each of them, and by which broken promise. */
export const spreadMutants = [
  {
    name: 'never ends what it replaced',
    seed: 14,
    broken: /is on its way out since/,
    product: withRebalance(() => ({ terminate: nothing })),
  },
  {
    name: 'forgets a part of what it counted',
    seed: 7,
    broken: /the ledger of prod-0 comes to .*; the bill to /,
    product: withReport((act) => ({
      remember: (action) => {
        const records = action.records.map((one) =>
          one.is === 'ledger' ? { ...one, services: one.services.slice(1) } : one,
        );
        return act.remember({ ...action, records });
      },
    })),
  },
  {
    name: 'says nothing in Slack',
    seed: 6,
    broken: /Slack has revision 0 of/,
    product: withReport(() => ({ post: nothing })),
  },
];
