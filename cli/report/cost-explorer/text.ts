import { capacityNames, counted, dollars } from '../../../shared/slack/message/figures.ts';
import { wrapped } from '../../timeline/timeline.ts';
import { type Look, styled } from '../text/blocks.ts';
import { tableLines } from '../text/table.ts';
import type { CostCheck } from './check.ts';
import type { ComparedRow } from './compare.ts';

const ADVICE = {
  denied:
    'The right ce:GetCostAndUsage is needed, and in a member account that the management account gives access to Cost Explorer.',
  'no data': 'Cost Explorer is enabled in the console once, and has data a day later.',
  'unknown period': 'Cost Explorer keeps 13 months.',
} as const;

/** What a check against Cost Explorer told, for a terminal. */
export function costCheckLines(check: CostCheck, look: Look): readonly string[] {
  const title = (text: string) => styled(text, 'bold', look);
  if (check.is === 'too early') {
    const text =
      'Nothing was asked: Cost Explorer knows a day about 24 hours after its end (UTC), and the ledger knows no whole day of this time that old.';
    return [title('Cost Explorer'), ...wrapped(text, look.width)];
  }
  const asked = `${counted(check.requests, 'request')} at a cent each`;
  if (check.is === 'refused') {
    const { refusal, says } = check.refusal;
    return [title(`Cost Explorer, ${asked}`), ...wrapped(says, look.width), ...wrapped(ADVICE[refusal], look.width)];
  }
  const { rows, all, elsewhere } = check.compared;
  const row = (name: string, { ledger, billed }: Omit<ComparedRow, 'capacity'>) => [
    ...[name, dollars(ledger), dollars(billed), deviation(ledger, billed)],
  ];
  const table = {
    header: ['', 'Ledger', 'Cost Explorer', 'Deviation'],
    rows: [...rows.map((one) => row(capacityNames[one.capacity], one)), row('All', all)],
    right: [1, 2, 3],
  };
  const { from, to } = check.days;
  return [
    title(`Cost Explorer, ${from} to before ${to} (UTC), ${asked}`),
    ...tableLines(table, look.width),
    ...notes(elsewhere).flatMap((note) => wrapped(note, look.width)),
  ];
}

const notes = (elsewhere: number): readonly string[] => [
  'Cost Explorer counts all instances of the account of these types and regions, also those outside of ECS, before discounts; it corrects a day for some days.',
  ...(elsewhere > 0
    ? [`Beside it ${dollars(elsewhere)} are billed for types of instances and tasks that the ledger has not seen.`]
    : []),
];

/** How much the ledger has more (or less) than the bill: `+0.1 %`. */
function deviation(ledger: number, billed: number): string {
  if (billed === 0) return ledger === 0 ? '0.0 %' : 'not billed';
  const percent = (100 * (ledger - billed)) / billed;
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)} %`;
}
