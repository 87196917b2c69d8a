import { instant } from '../../model/instant.ts';
import { type Capacity, capacities, type NanoUsd } from '../../model/ledger.ts';
import type { Period, Report, Spending } from '../../model/report.ts';
import { capacityNames, clockTime, counted, dollars, duration, listed, percent } from './figures.ts';
import { named, shown } from './text.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** What is counted later than this after it ran is missing, and told. */
const LATE_MS = 45 * MINUTE_MS;

/** What was saved and against what, what it cost and for what, and what the figures do not know. */
export function moneyLines(report: Report, items: number): readonly string[] {
  const { total, clusters } = report;
  if (ranNothing(report)) return [...watchedLines(report), ...nothingLines(report)];
  if (total.cost === 0 && total.onDemand === 0) return [...watchedLines(report), NO_PRICE, ...gapLines(report)];
  return [
    ...watchedLines(report),
    savedLine(total),
    paidLine(total),
    ...(total.fargate > 0 ? [`On regular Fargate it would have cost ${dollars(total.fargate)}.`] : []),
    ...beforeLines(report),
    ...regionsLines(report, items),
    ...(clusters.length > 1 ? [clustersLine(report, items)] : []),
    ...gapLines(report),
  ];
}

/** What the savings are measured against, and whose figures they are. */
export function assumptionLines({ account, period, clusters }: Report): readonly string[] {
  const regions = [...new Set(clusters.map(({ region }) => region))].slice(0, 8);
  return [
    'Saved is the difference to list prices: the same instances bought On-Demand, and each Fargate task at its share of such an instance. Savings Plans, other discounts and taxes are not in these figures.',
    `Account ${shown(account, 20)}${regions.length > 0 ? `, ${shown(listed(regions), 200)}` : ''}. Times in ${shown(period.timeZone, 60)}.`,
  ];
}

/** What has no price is not free. */
const NO_PRICE = 'No price of what ran is known, so nobody can say what it cost and what was saved.';

const ranNothing = ({ total, services }: Report): boolean =>
  services.length === 0 && total.cost === 0 && total.onDemand === 0;

function watchedLines({ mode }: Report): readonly string[] {
  return mode === 'act'
    ? []
    : ['*spotkeeper only watched* (observe mode). It changed nothing, and tells what it would have done.'];
}

function nothingLines(report: Report): readonly string[] {
  const { knownMs, gapMs, period } = report;
  if (knownMs > 0) return ['Nothing ran on ECS in this time, so nothing was paid.', ...gapLines(report)];
  if (gapMs > 0) return ['Nothing is known of this time, because readings failed.'];
  return [`Nothing is known of this time: the ledger begins later than ${clockTime(period.to, period.timeZone)}.`];
}

function savedLine({ saved, onDemand, cost }: Spending): string {
  const ran = `What ran on ECS cost ${dollars(cost)}; at On-Demand prices it would have cost ${dollars(onDemand)}.`;
  const percentage = percent(Math.abs(saved), onDemand);
  const share = percentage ? ` (${percentage})` : '';
  if (saved > 0) return `You saved *${dollars(saved)}*${share}. ${ran}`;
  return saved === 0
    ? `Nothing was saved. ${ran}`
    : `You paid *${dollars(-saved)} more*${share} than On-Demand instances would have cost. ${ran}`;
}

/** By capacity, and how much of it was for room that nobody used. */
function paidLine({ byCapacity, idle, cost }: Spending): string {
  const paid = capacities.filter((capacity) => byCapacity[capacity] !== 0);
  const [only] = paid;
  const parts = listed(paid.map((capacity) => `${dollars(byCapacity[capacity])} for ${boughtAs[capacity]}`));
  const sums = paid.length === 1 && only ? `All of it was paid for ${boughtAs[only]}` : `That is ${parts}`;
  const share = percent(idle, cost);
  const unused = idle > 0 && share ? `; ${share} of it, ${dollars(idle)}, for room that no task used` : '';
  return paid.length === 0 ? 'Nothing had to be paid.' : `${sums}${unused}.`;
}

const boughtAs: Readonly<Record<Capacity, string>> = {
  ...capacityNames,
  spot: 'Spot instances',
  'on-demand': 'On-Demand instances',
};

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

/** Empty: all was spent in one Region, which the small print names. */
function regionsLines({ regions }: Report, items: number): readonly string[] {
  const spending = regions.filter(({ cost, onDemand }) => cost !== 0 || onDemand !== 0);
  if (spending.length < 2) return [];
  return [
    partsLine(
      'Region',
      spending.map((one) => ({ ...one, name: shown(one.region, 40) })),
      items,
    ),
  ];
}

/** In several Regions two clusters may have one name. */
function clustersLine({ regions, clusters }: Report, items: number): string {
  const placed = (region: string): string => (regions.length > 1 ? ` in ${shown(region, 40)}` : '');
  const parts = clusters.map((one) => ({ ...one, name: `${named(one.cluster, 40)}${placed(one.region)}` }));
  return partsLine('cluster', parts, items);
}

type SpendingPart = Pick<Spending, 'cost' | 'saved'> & { readonly name: string };

/** The first `items` of them; the others are counted. */
function partsLine(kind: string, parts: readonly SpendingPart[], items: number): string {
  const told = parts.slice(0, items).map(({ name, cost, saved }) => `${name} ${dollars(cost)} (${savedShort(saved)})`);
  const more = parts.length - told.length;
  return `By ${kind}: ${told.join(', ')}${more > 0 ? `, and ${counted(more, 'more', 'more')}` : ''}.`;
}

const savedShort = (saved: NanoUsd): string => (saved >= 0 ? `saved ${dollars(saved)}` : `${dollars(-saved)} more`);

/** `13 of these 24 hours`, `40 minutes of these 24 hours`; of less than two hours in minutes. */
function partOf(knownMs: number, wholeMs: number): string {
  const [known, whole] = [Math.floor(knownMs / HOUR_MS), Math.round(wholeMs / HOUR_MS)];
  if (whole < 2)
    return `${Math.floor(knownMs / MINUTE_MS)} of these ${counted(Math.round(wholeMs / MINUTE_MS), 'minute')}`;
  const hours = counted(whole, 'hour');
  return known < 1 ? `${duration(knownMs)} of these ${hours}` : `${known.toLocaleString('en-US')} of these ${hours}`;
}

function gapLines({ knownMs, gapMs, period }: Report): readonly string[] {
  const { kind, from, to, timeZone } = period;
  const isPartial = knownMs > 0 && to - from - knownMs - gapMs > LATE_MS;
  // What is over was counted to its end: only its beginning can be missing.
  const partly =
    kind === 'since'
      ? `The ledger knows ${partOf(knownMs, to - from)}: it began later, or readings failed. The rest is in no sum.`
      : `The ledger begins at ${clockTime(instant(to - knownMs - gapMs), timeZone)}; what ran before is in no sum.`;
  return [
    ...(isPartial ? [partly] : []),
    ...(gapMs > 0 ? [`Of ${duration(gapMs)} nobody can say what ran, because readings failed. It is in no sum.`] : []),
  ];
}
