import { instant } from '../../model/instant.ts';
import type { Booking, Consumer, NanoUsd, PriceBook, PriceStep, RanInstance } from '../../model/ledger.ts';
import { addPool, addService, type Books, idleOn, type Page, pageOf, type Where } from './books.ts';
import type { CountedInstance } from './counted.ts';
import { type Occupant, type Occupied, occupancy, wholeOf } from './occupancy.ts';
import { split } from './split.ts';
import { costOf, HOUR_MS, hourBefore, type Piece, piecesOf, priceAt, restOfMinute } from './stretches.ts';

/** Takes down what was booked for whom in which hour. */
export type Book = (hour: Booking['hour'], consumer: Consumer, cost: NanoUsd) => void;

/** An instance with who was on it. `fargate`: is Fargate's price for its processors known? */
export type Host = CountedInstance & {
  readonly room: RanInstance['room'];
  readonly occupants: readonly Occupant[];
  readonly fargate: { readonly known: boolean; readonly name: string };
};

/** What an instance costs an hour. */
type Rates = {
  /** Spot or On-Demand: as it was bought. */
  readonly steps: readonly PriceStep[];
  readonly onDemand: NanoUsd | undefined;
  /** Names of the two. */
  readonly name: string;
  readonly onDemandName: string;
};

/**
 * Enters what an instance cost: in each hour and at each price, split by who used it. EC2 Spot is billed at the price in
 * force, by the second; Linux instances by the second with a minute at least: the missing rest is nobody's, where the
 * instance ended.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-spot-instances-history.html
 * https://aws.amazon.com/ec2/pricing/on-demand/
 */
export function enterInstance(books: Books, host: Host, prices: PriceBook, book: Book): void {
  const { instance, stretch, room, occupants } = host;
  const { pool, launchedAt, endedAt, spot } = instance;
  const rates = ratesOf(instance, prices);
  const where: Where = { capacity: spot ? 'spot' : 'on-demand', ...pool };
  const pieces = piecesOf(stretch, rates.steps);
  const occupied = occupancy(room ? wholeOf(room) : 1, room ? occupants : [], pieces);
  for (const [at, piece] of pieces.entries()) {
    const page = pageOf(books, piece.hour);
    const uses = occupied[at] ?? { uses: [], idle: 0 };
    if (piece.hourly === undefined) enterUnpriced(page, where, piece, uses);
    else enterPiece(page, { host, where, rates, piece, hourly: piece.hourly }, uses, book);
    if (piece.hourly === undefined) page.missing.add(rates.name);
    if (rates.onDemand === undefined) page.missing.add(rates.onDemandName);
  }
  const hourly = endedAt === undefined ? undefined : priceAt(rates.steps, endedAt);
  const rest = host.ended && endedAt !== undefined ? restOfMinute(launchedAt, endedAt) : 0;
  if (endedAt === undefined || hourly === undefined || rest === 0) return;
  const [cost, hour] = [costOf(hourly, rest), hourBefore(endedAt)];
  const money = { cost, onDemand: rates.onDemand === undefined ? cost : costOf(rates.onDemand, rest) };
  addService(pageOf(books, hour), idleOn(where.capacity), money);
  addPool(pageOf(books, hour), where, money);
  book(hour, { of: 'idle' }, cost);
}

/** A price without the licence of its platform is not its price. */
function ratesOf({ pool: { type, zone }, spot, platform }: RanInstance, prices: PriceBook): Rates {
  if (platform !== undefined) {
    const onDemandName = `${type} ${platform} On-Demand`;
    const name = spot ? `${type} ${zone} ${platform} Spot` : onDemandName;
    return { steps: [], onDemand: undefined, name, onDemandName };
  }
  const onDemand = prices.onDemand.get(type);
  const onDemandName = `${type} On-Demand`;
  if (spot) {
    const steps = prices.spot.get(`${type} ${zone}`) ?? [];
    return { steps, onDemand, name: `${type} ${zone} Spot`, onDemandName };
  }
  const steps = onDemand === undefined ? [] : [{ from: instant(0), hourly: onDemand }];
  return { steps, onDemand, name: onDemandName, onDemandName };
}

type Priced = {
  readonly host: Host;
  readonly where: Where;
  readonly rates: Rates;
  readonly piece: Piece;
  readonly hourly: NanoUsd;
};

/** A price elsewhere that is not known claims no saving: then what was paid stands for it. */
function enterPiece(page: Page, { host, where, rates, piece, hourly }: Priced, occupied: Occupied, book: Book): void {
  const ms = piece.to - piece.from;
  const weights = [...occupied.uses.map(({ weight }) => weight), occupied.idle];
  const cost = costOf(hourly, ms);
  const onDemand = rates.onDemand === undefined ? cost : costOf(rates.onDemand, ms);
  const [costs, onDemands] = [split(cost, weights), split(onDemand, weights)];
  let onFargate = 0;
  for (const [at, use] of occupied.uses.entries()) {
    const part = costs[at] ?? 0;
    const fargate = host.fargate.known ? Math.round(use.fargateNanoMs / HOUR_MS) : part;
    addService(page, use.who, { cost: part, onDemand: onDemands[at] ?? 0, fargate, ms: use.ms });
    book(piece.hour, use.who.consumer, part);
    onFargate += fargate;
  }
  if (occupied.uses.length > 0 && !host.fargate.known) page.missing.add(host.fargate.name);
  const idle = { cost: costs.at(-1) ?? 0, onDemand: onDemands.at(-1) ?? 0, ms: Math.round(occupied.idle) };
  addService(page, idleOn(where.capacity), idle);
  book(piece.hour, { of: 'idle' }, idle.cost);
  addPool(page, where, { cost, onDemand, fargate: onFargate, ms });
}

function enterUnpriced(page: Page, where: Where, piece: Piece, { uses, idle }: Occupied): void {
  for (const { who, ms } of uses) addService(page, who, { ms, unpricedMs: ms });
  const idleMs = Math.round(idle);
  addService(page, idleOn(where.capacity), { ms: idleMs, unpricedMs: idleMs });
  const ms = piece.to - piece.from;
  addPool(page, where, { ms, unpricedMs: ms });
}
