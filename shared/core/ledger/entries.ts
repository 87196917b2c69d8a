import { earlier, instant, later } from '../../model/instant.ts';
import { capacities, type LedgerEntry, type PoolLine, type ServiceLine } from '../../model/ledger.ts';
import { type Books, type Line, type Page, pageOf, type Where, type Who } from './books.ts';
import type { LedgerAsked } from './counted.ts';
import { HOUR_MS, hourBefore, hourOf, overlapMs } from './stretches.ts';

/**
 * One entry for each hour of the window, even if nothing ran, and for each hour before it that is changed later, or of
 * which time is lost: such an entry has no time of its own, and the beginning of the window in its key. Sorted by hour,
 * lines by name.
 */
export function entriesOf(books: Books, asked: LedgerAsked): LedgerEntry[] {
  const { from, to } = asked;
  // Days that nobody can tell of are to say so themselves, not the day on which readings went on.
  const gap = { from: later(from, -asked.gapMs), to: from };
  for (let hour = hourOf(gap.from); hour < gap.to; hour = later(hour, HOUR_MS)) pageOf(books, hour);
  for (let hour = hourOf(from); hour <= hourBefore(to); hour = later(hour, HOUR_MS)) pageOf(books, hour);
  return [...books]
    .sort(([a], [b]) => a - b)
    .map(([hour, page]) => ({
      is: 'ledger',
      region: asked.region,
      cluster: asked.cluster,
      hour,
      from: instant(Math.max(from, hour)),
      to: hour < hourOf(from) ? from : earlier(to, later(hour, HOUR_MS)),
      freed: page.freed,
      services: sorted(page.services).map(serviceLine),
      pools: sorted(page.pools).map(poolLine),
      missingPrices: missingIn(page),
      gapMs: overlapMs(gap, { from: hour, to: later(hour, HOUR_MS) }),
      expiresAt: asked.expiresAt,
    }));
}

function sorted<Of extends Who | Where>(lines: ReadonlyMap<string, Line<Of>>): Line<Of>[] {
  const rank = ({ of }: Line<Of>) => capacities.indexOf(of.capacity);
  return [...lines].sort(([a, one], [b, other]) => rank(one) - rank(other) || (a < b ? -1 : 1)).map(([, line]) => line);
}

const serviceLine = ({ of, sum }: Line<Who>): ServiceLine => ({ ...of, ...figures(sum) });
const poolLine = ({ of, sum }: Line<Where>): PoolLine => ({ ...of, ...figures(sum) });

const figures = ({ cost, onDemand, fargate, ms, unpricedMs }: Line<Who>['sum']) => ({
  cost,
  onDemand,
  fargate,
  seconds: ms / 1000,
  unpriced: unpricedMs / 1000,
});

const missingIn = ({ missing, lostTasks }: Page): readonly string[] => [
  ...[...missing].sort(),
  ...(lostTasks > 0 ? [`the instance of ${lostTasks} ${lostTasks === 1 ? 'task' : 'tasks'}`] : []),
];
