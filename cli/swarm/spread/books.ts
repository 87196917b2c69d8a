import { shortName } from '../../../shared/model/arn.ts';
import type { Consumer, LedgerEntry } from '../../../shared/model/ledger.ts';
import { isHandsOff } from '../../hands-off.ts';
import { REGION } from '../../scenario.ts';
import type { Seed } from '../seed.ts';
import { countedIn, ledgerIn } from './records.ts';

const NANO = 1e9;
/** Issue 6: in all, and of each service. An account of a few instances for an hour rounds more, so some is always allowed. */
const SHARE_IN_ALL = 0.005;
const SHARE_OF_ONE = 0.02;
const ROUNDED_USD = 0.0002;
/** EC2 tells when an instance was launched, not from when on it is billed: it is pending for up to ten seconds. */
const PENDING_USD = (10 / 3_600) * 0.12;

/** The ledger of every managed cluster equals the simulator's own bill, as far as it is written. */
export function checkBooks(seed: Seed): void {
  const { account, region, settings, violated } = seed;
  const counted = new Map(countedIn(seed).map((one) => [shortName(one.cluster), one]));
  const entries = Map.groupBy(ledgerIn(seed), ({ cluster }) => shortName(cluster));
  const late = account.clock.now() - (Number(settings.SPOTKEEPER_LEDGER_MINUTES) + 4) * 60_000;
  for (const cluster of region.parts.ecs.state.clusters.values()) {
    if (isHandsOff(cluster)) continue;
    const { name } = cluster;
    const to = counted.get(name)?.to ?? 0;
    if (to < late) violated(`the ledger of ${name} is written until ${new Date(to).toISOString()} only`);
    compare(seed, { name, to, entries: entries.get(name) ?? [] });
  }
}

type Book = { readonly name: string; readonly to: number; readonly entries: readonly LedgerEntry[] };

function compare({ account, violated }: Seed, { name, to, entries }: Book): void {
  const sorted = entries.toSorted((a, b) => a.from - b.from);
  const from = sorted[0]?.from;
  if (from === undefined) {
    violated(`the ledger of ${name} has no entry`);
    return;
  }
  for (const [index, one] of sorted.entries()) {
    if (index > 0 && one.from !== sorted[index - 1]?.to)
      violated(`the ledger of ${name} is written twice or not at all at ${new Date(one.from).toISOString()}`);
    if (one.gapMs > 0) violated(`the ledger of ${name} has a gap of ${one.gapMs} ms`);
    if (one.missingPrices.length > 0) violated(`the ledger of ${name} misses ${one.missingPrices.join(', ')}`);
  }
  const { shares, charges } = account.bill(REGION, from, to);
  const bill = shares.filter(({ cluster }) => cluster === name);
  const charged = charges.filter(({ cluster, type }) => cluster === name && type !== undefined);
  const launches = account.journal.entries.filter(({ kind }) => kind === 'instance-launched');
  const young = new Set(launches.map(({ subject }) => subject));
  const right = sums(bill.map(({ consumer, capacity, usd }) => [`${consumer} ${capacity}`, usd] as const));
  const lines = entries.flatMap(({ services }) => services);
  const found = sums(lines.map(({ consumer, capacity, cost }) => [`${nameOf(consumer)} ${capacity}`, cost / NANO]));
  const launched = charged.filter(({ id }) => young.has(id)).length;
  const rounded = ROUNDED_USD + launched * PENDING_USD;
  for (const who of new Set([...right.keys(), ...found.keys()])) {
    const [is, should] = [found.get(who) ?? 0, right.get(who) ?? 0];
    if (Math.abs(is - should) > rounded + SHARE_OF_ONE * should)
      violated(`the ledger has ${dollars(is)} of ${who} in ${name}; the bill has ${dollars(should)}`);
  }
  const [is, should] = [sumOf(found), sumOf(right)];
  if (Math.abs(is - should) > rounded + SHARE_IN_ALL * should)
    violated(`the ledger of ${name} comes to ${dollars(is)}; the bill to ${dollars(should)}`);
}

const nameOf = (consumer: Consumer): string =>
  consumer.of === 'idle' ? 'idle' : `${consumer.of === 'tasks' ? 'family' : 'service'}:${consumer.name}`;

const dollars = (usd: number): string => `$${usd.toFixed(6)}`;

const sumOf = (sums: ReadonlyMap<string, number>): number => [...sums.values()].reduce((sum, usd) => sum + usd, 0);

function sums(parts: readonly (readonly [string, number])[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [name, usd] of parts) all.set(name, (all.get(name) ?? 0) + usd);
  return all;
}
