import type { ClusterSeen } from '../../../functions/report/decide/incident.ts';
import type { Incident, Outbox } from '../../../shared/model/incident.ts';
import { type Instant, later } from '../../../shared/model/instant.ts';
import type { LedgerEntry, PoolLine, ServiceLine } from '../../../shared/model/ledger.ts';
import type { Interruption, Lending, Lookout } from '../../../shared/model/records.ts';
import type { SlackMessage } from '../../../shared/model/slack-message.ts';
import { at, CLUSTER, instanceId, NOW, POOL, REGION } from '../../given.ts';

const MONTH_MS = 30 * 86_400_000;
const HOUR_MS = 3_600_000;

export const aSeen = (given: Partial<ClusterSeen> = {}): ClusterSeen => ({
  cluster: CLUSTER,
  doomed: [],
  missed: [],
  lendings: [],
  lookout: undefined,
  incident: undefined,
  ...given,
});

/** Five tasks on Fargate Spot since the notice. */
export const aLending = (given: Partial<Lending> = {}): Lending => ({
  is: 'lending',
  region: REGION,
  cluster: CLUSTER,
  service: 'checkout',
  rungs: {
    'fargate-spot': {
      want: 5,
      setAt: NOW,
      confirmed: true,
      servedAt: undefined,
      odd: undefined,
      dryUntil: undefined,
      why: undefined,
    },
  },
  evidence: undefined,
  since: NOW,
  deficit: 5,
  neededAt: NOW,
  began: [NOW],
  doubled: false,
  startsMs: [],
  desiredBefore: 10,
  reason: '5 of 10 tasks have no place on EC2',
  version: 3,
  by: 'failover',
  expiresAt: later(NOW, MONTH_MS),
  ...given,
});

export const aLookout = (given: Partial<Lookout> = {}): Lookout => ({
  is: 'lookout',
  region: REGION,
  cluster: CLUSTER,
  at: at(60),
  services: 1,
  holds: [],
  lent: { tasks: 5, hourlyNanoUsd: 60_000_000 },
  vcpus: { 'fargate-spot': 5, fargate: 0 },
  scannedAt: NOW,
  version: 2,
  by: 'failover',
  expiresAt: later(NOW, MONTH_MS),
  ...given,
});

export const aMissed = (n: number, given: Partial<Interruption> = {}): Interruption => ({
  is: 'interruption',
  region: REGION,
  instanceId: instanceId(n),
  cluster: CLUSTER,
  cause: 'missed',
  noticedAt: NOW,
  drainedAt: undefined,
  goneAt: NOW,
  pool: POOL,
  stoppedByScheduler: undefined,
  stoppedBySpotkeeper: undefined,
  killed: undefined,
  other: undefined,
  expiresAt: later(NOW, MONTH_MS),
  ...given,
});

export const anIncident = (given: Partial<Incident> = {}): Incident => ({
  is: 'incident',
  region: REGION,
  cluster: CLUSTER,
  openedAt: NOW,
  closedAt: undefined,
  activeAt: NOW,
  instances: [1, 2, 3].map(instanceId),
  pools: ['m6i.large eu-west-1a'],
  lent: [],
  lentCost: 0,
  costedTo: NOW,
  countedAt: undefined,
  told: ['begun'],
  filed: false,
  version: 1,
  by: 'earlier',
  expiresAt: later(NOW, MONTH_MS),
  ...given,
});

const aMessage = (text: string): SlackMessage => ({ text, blocks: [], plainBlocks: [] });

export const anOutbox = (given: Partial<Outbox> = {}): Outbox => ({
  is: 'outbox',
  region: REGION,
  id: 'daily 2026-08-13',
  message: aMessage('Spot saved 3 dollars'),
  news: undefined,
  revision: 1,
  saidRevision: 0,
  outdated: false,
  posted: undefined,
  attempts: 0,
  notBefore: NOW,
  lastError: undefined,
  createdAt: NOW,
  version: 1,
  by: 'earlier',
  expiresAt: later(NOW, MONTH_MS),
  ...given,
});

export const aServiceLine = (given: Partial<ServiceLine> = {}): ServiceLine => ({
  consumer: { of: 'service', name: 'checkout' },
  capacity: 'spot',
  lent: false,
  seconds: 3600,
  unpriced: 0,
  cost: 30,
  onDemand: 100,
  fargate: 120,
  ...given,
});

export const aPoolLine = (given: Partial<PoolLine> = {}): PoolLine => ({
  capacity: 'spot',
  type: 'm6i.large',
  zone: 'eu-west-1a',
  seconds: 3600,
  unpriced: 0,
  cost: 30,
  onDemand: 100,
  fargate: 120,
  ...given,
});

/** An hour of a cluster from `hour` on. */
export const anEntry = (hour: Instant, given: Partial<LedgerEntry> = {}): LedgerEntry => ({
  is: 'ledger',
  region: REGION,
  cluster: CLUSTER,
  hour,
  from: hour,
  to: later(hour, HOUR_MS),
  freed: { instances: 0, cost: 0 },
  services: [aServiceLine()],
  pools: [aPoolLine()],
  missingPrices: [],
  gapMs: 0,
  expiresAt: later(NOW, MONTH_MS),
  ...given,
});
