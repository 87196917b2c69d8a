import type { Instant } from '../../model/instant.ts';
import type { Capacity, NanoUsd } from '../../model/ledger.ts';
import type { Rung } from '../../model/lending.ts';

/** Below this dollars are told with two digits that say something instead of two decimals. */
const SMALL_USD = 0.1;
/** What is less is not told to the digit. */
const LEAST_USD = 0.0001;

/** Nano-dollars as people write them: `$1,234.56`, `$0.0012`, `-$3.00`, `$0`. */
export function dollars(nanoUsd: NanoUsd): string {
  const usd = Math.abs(nanoUsd) / 1e9;
  const sign = nanoUsd < 0 ? '-' : '';
  if (usd === 0) return '$0';
  if (usd < LEAST_USD) return `${sign}$0.0001 or less`;
  if (usd < SMALL_USD) {
    const digits = usd.toFixed(1 - Math.floor(Math.log10(usd)));
    return `${sign}$${digits.replace(/(\.\d\d)0+$/, '$1')}`;
  }
  return `${sign}$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** A share in whole percent: `56%`, `0.4%` below one, and 99% for what is nearly all; undefined when there is no whole. */
export function percent(part: number, whole: number): string | undefined {
  if (whole <= 0) return undefined;
  const share = (part / whole) * 100;
  if (share > 0 && share < 0.95) return share < 0.1 ? 'below 0.1%' : `${share.toFixed(1)}%`;
  if (share > 99 && share < 100) return '99%';
  return `${Math.round(share).toLocaleString('en-US')}%`;
}

const UNITS = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
  { name: 'second', ms: 1000 },
] as const;

/** Milliseconds in the two largest units that say something: `1 hour 5 minutes`, `45 seconds`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000)) * 1000;
  const at = UNITS.findIndex((unit) => seconds >= unit.ms);
  const [large, small] = [UNITS[at], UNITS[at + 1]];
  if (!large) return 'less than a second';
  const rest = small ? Math.floor((seconds % large.ms) / small.ms) : 0;
  const first = counted(Math.floor(seconds / large.ms), large.name);
  return small && rest > 0 ? `${first} ${counted(rest, small.name)}` : first;
}

/** `1 instance`, `1,234 instances`, `no instances`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  if (count === 0) return `no ${many}`;
  return count === 1 ? `1 ${one}` : `${count.toLocaleString('en-US')} ${many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

/** The time of day in a zone, `14:02`, with its date: `27 Nov, 14:02`. */
export function clockTime(at: Instant, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** How people call what was bought. */
export const capacityNames: Readonly<Record<Capacity, string>> = {
  spot: 'Spot',
  'on-demand': 'On-Demand',
  'fargate-spot': 'Fargate Spot',
  fargate: 'Fargate',
};

export const rungName = (rung: Rung): string => capacityNames[rung];
