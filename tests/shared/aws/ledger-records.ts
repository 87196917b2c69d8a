import { instant, later } from '../../../shared/model/instant.ts';
import type { Counted, LedgerEntry, ServiceLine } from '../../../shared/model/ledger.ts';
import { clusterArn, REGION } from '../../given.ts';

export const HOUR = instant(Date.parse('2026-08-14T09:00:00Z'));
const QUARTER_MS = 900_000;

/** A line of a service on Spot that cost so many nano-dollars. */
export const lineOf = (name: string, cost: number): ServiceLine => ({
  consumer: { of: 'service', name },
  capacity: 'spot',
  lent: false,
  seconds: 900,
  unpriced: 0,
  cost,
  onDemand: 3 * cost,
  fargate: 4 * cost,
});

/** What a quarter of an hour cost in the cluster `prod`. */
export const anEntry = (changes: Partial<LedgerEntry> = {}): LedgerEntry => ({
  is: 'ledger',
  region: REGION,
  cluster: clusterArn('prod'),
  hour: HOUR,
  from: HOUR,
  to: later(HOUR, QUARTER_MS),
  freed: { instances: 0, cost: 0 },
  services: [lineOf('checkout', 1_000)],
  pools: [],
  missingPrices: [],
  gapMs: 0,
  expiresAt: later(HOUR, 100 * 86_400_000),
  ...changes,
});

export const aCounted = (changes: Partial<Counted> = {}): Counted => ({
  is: 'counted',
  region: REGION,
  cluster: clusterArn('prod'),
  to: HOUR,
  young: [],
  groups: ['web'],
  pending: [],
  version: 1,
  by: 'a run',
  expiresAt: later(HOUR, 100 * 86_400_000),
  ...changes,
});
