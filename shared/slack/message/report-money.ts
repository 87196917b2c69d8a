import { type Capacity, capacities, type NanoUsd } from '../../model/ledger.ts';
import type { Period, Report, Spending } from '../../model/report.ts';
import { capacityNames, clockTime, counted, dollars, duration, listed, percent } from './figures.ts';
import { named, shown } from './text.ts';

/** What is counted later than this after it ran is missing, and told. */
const LATE_MS = 45 * 60_000;

/** What it cost, what was saved and against what, and what the figures do not know. */
export function moneyLines(report: Report, items: number): readonly string[] {
  const { total, clusters } = report;
  if (ranNothing(report)) return [...watchedLines(report), nothingLine(report), ...gapLines(report)];
  return [
    ...watchedLines(report),
    `What ran on ECS cost *${dollars(total.cost)}*: ${byCapacity(total)}.`,
    savedLine(total),
    ...(total.fargate > 0 ? [`On Fargate, without Spot, it would have cost ${dollars(total.fargate)}.`] : []),
    ...beforeLines(report),
    ...idleLines(total),
    ...(clusters.length > 1 ? [clustersLine(report, items)] : []),
    ...gapLines(report),
  ];
}

/** What the savings are measured against, and whose figures they are. */
export function assumptionLines({ account, period, clusters }: Report): readonly string[] {
  const regions = [...new Set(clusters.map(({ region }) => region))].slice(0, 8);
  return [
    'Saved is the difference to list prices: the same instances bought On-Demand, and each Fargate task at its share of such an instance. Savings Plans, other discounts and taxes are not in these figures.',
    `Account ${shown(account, 20)}${regions.length > 0 ? `, ${shown(listed(regions), 200)}` : ''}. Times are those of ${shown(period.timeZone, 60)}.`,
  ];
}

export const ranNothing = ({ total, services }: Report): boolean =>
  services.length === 0 && total.cost === 0 && total.onDemand === 0;

function watchedLines({ mode }: Report): readonly string[] {
  return mode === 'act'
    ? []
    : ['*spotkeeper only watched* (observe mode): it changed nothing, and says what it would have done.'];
}

function nothingLine({ knownMs, period }: Report): string {
  if (knownMs > 0) return 'Nothing ran on ECS in this time, so nothing was paid.';
  return `The ledger knows nothing of this time. It begins with spotkeeper's first reading; this report ends at ${clockTime(period.to, period.timeZone)}.`;
}

function byCapacity({ byCapacity }: Spending): string {
  const paid = capacities.filter((capacity) => byCapacity[capacity] !== 0);
  return (
    listed(paid.map((capacity) => `${dollars(byCapacity[capacity])} ${boughtAs(capacity)}`)) || 'no price is known'
  );
}

const boughtAs = (capacity: Capacity): string =>
  capacity === 'spot'
    ? 'for Spot instances'
    : capacity === 'on-demand'
      ? 'for On-Demand instances'
      : `for ${capacityNames[capacity]}`;

function savedLine({ saved, onDemand }: Spending): string {
  const would = `At On-Demand prices it would have cost ${dollars(onDemand)}`;
  const share = percent(Math.abs(saved), onDemand);
  if (saved > 0) return `${would}. You saved *${dollars(saved)}${share ? `, ${share}` : ''}*.`;
  if (saved === 0) return `${would}, the same.`;
  return `${would}. You paid *${dollars(-saved)} more*${share ? `, ${share}` : ''}: Spot saved nothing this time.`;
}

const BEFORE: Readonly<Record<Period['kind'], string>> = {
  daily: 'The day before',
  weekly: 'The week before',
  since: 'The same time before that',
};

function beforeLines({ before, period }: Report): readonly string[] {
  if (!before) return [];
  const kept =
    before.saved >= 0 ? `saved ${dollars(before.saved)}` : `was ${dollars(-before.saved)} dearer than On-Demand`;
  return [`${BEFORE[period.kind]} cost ${dollars(before.cost)} and ${kept}.`];
}

function idleLines({ idle, cost }: Spending): readonly string[] {
  const share = percent(idle, cost);
  return idle > 0 && share ? [`${share} of the cost, ${dollars(idle)}, was room that no task used.`] : [];
}

function clustersLine({ clusters }: Report, items: number): string {
  const told = clusters
    .slice(0, items)
    .map(({ cluster, cost, saved }) => `${named(cluster, 40)} ${dollars(cost)} (${savedShort(saved)})`);
  const more = clusters.length - told.length;
  return `By cluster: ${told.join(', ')}${more > 0 ? `, and ${counted(more, 'more', 'more')}` : ''}.`;
}

export const savedShort = (saved: NanoUsd): string =>
  saved >= 0 ? `saved ${dollars(saved)}` : `${dollars(-saved)} more`;

function gapLines({ knownMs, gapMs, period }: Report): readonly string[] {
  const whole = period.to - period.from;
  const missing = whole - knownMs - gapMs;
  return [
    ...(knownMs > 0 && missing > LATE_MS
      ? [
          `The ledger knows ${duration(knownMs)} of these ${duration(whole)}: it begins later, or has not come to the end yet.`,
        ]
      : []),
    ...(gapMs > 0
      ? [`Of ${duration(gapMs)} nobody can say what ran, because readings failed: that time is in no sum.`]
      : []),
  ];
}
