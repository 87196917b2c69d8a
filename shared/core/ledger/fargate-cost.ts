import { earlier, type Instant, instant } from '../../model/instant.ts';
import type { NanoUsd, PriceBook, RanTask } from '../../model/ledger.ts';
import { fargateHourly, onDemandHourly, type UsualHost } from './baselines.ts';
import { type Amounts, addPool, addService, type Books, pageOf } from './books.ts';
import { costOf, endsIn, hourBefore, piecesOf, restOfMinute, type Stretch } from './stretches.ts';

type OnFargate = Extract<RanTask['on'], { is: 'fargate' }>;

/** What a task costs an hour as it was bought, and what it would cost elsewhere; undefined: it has no price. */
type Rates = { readonly cost: NanoUsd; readonly fargate: NanoUsd; readonly onDemand: NanoUsd | undefined };

/**
 * Enters what a task on Fargate cost in the window: by the second from the pull of its image, a minute at least, whose
 * missing rest is where the task ended.
 * https://aws.amazon.com/fargate/pricing/
 * @param usual what On-Demand would have cost is a share of it; undefined: Fargate's price stands for it
 */
export function enterFargateTask(
  books: Books,
  { task, on, window }: { readonly task: RanTask; readonly on: OnFargate; readonly window: Stretch },
  prices: PriceBook,
  usual: UsualHost | undefined,
): void {
  const { rates, missing } = ratesOf(task, on, prices, usual);
  const enter = (hour: Instant, amounts: Amounts): void => {
    const page = pageOf(books, hour);
    const capacity = on.spot ? 'fargate-spot' : 'fargate';
    addService(page, { consumer: task.consumer, capacity, lent: task.lent }, amounts);
    addPool(page, { capacity, type: undefined, zone: on.zone }, amounts);
    for (const name of missing) page.missing.add(name);
  };
  const from = instant(Math.max(task.from, window.from));
  for (const piece of piecesOf({ from, to: task.to === undefined ? window.to : earlier(task.to, window.to) }, [])) {
    const ms = piece.to - piece.from;
    enter(piece.hour, rates ? { ...moneyOf(rates, ms, ms), ms } : { ms, unpricedMs: ms });
  }
  const rest = endsIn(window, task.to) ? restOfMinute(task.from, task.to) : 0;
  if (rates && task.to !== undefined && rest > 0) enter(hourBefore(task.to), moneyOf(rates, rest, 0));
}

/** `ranMs`: a share of an instance is not billed beyond it. */
const moneyOf = ({ cost, fargate, onDemand }: Rates, billedMs: number, ranMs: number): Amounts => ({
  cost: costOf(cost, billedMs),
  fargate: costOf(fargate, billedMs),
  onDemand: onDemand === undefined ? costOf(fargate, billedMs) : costOf(onDemand, ranMs),
});

function ratesOf(
  task: RanTask,
  { spot, arm, windows, extraStorageGb }: OnFargate,
  prices: PriceBook,
  usual?: UsualHost,
) {
  // For a licence and a quarter of an hour at least, too, neither of which is counted here.
  if (windows) return { rates: undefined, missing: ['Fargate Windows'] };
  const size = { cpu: task.cpu, memory: task.memory, extraStorageGb };
  const full = fargateHourly(size, arm, prices.fargate, 'Fargate');
  const paid = spot ? fargateHourly(size, arm, prices.fargateSpot, 'Fargate Spot') : full;
  const missing = [...new Set([...paid.missing, ...full.missing])];
  if (paid.hourly === undefined) return { rates: undefined, missing };
  // Without Fargate's own price no saving is claimed.
  const rates: Rates = {
    cost: paid.hourly,
    fargate: full.hourly ?? paid.hourly,
    onDemand: usual && onDemandHourly(task, usual),
  };
  return { rates, missing };
}
