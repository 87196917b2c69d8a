import type { LedgerAsked } from '../../../../shared/core/ledger/counted.ts';
import { type Instant, instant } from '../../../../shared/model/instant.ts';
import type {
  Consumer,
  FargatePrices,
  LedgerEntry,
  Money,
  PriceBook,
  PriceStep,
  RanInstance,
  RanTask,
} from '../../../../shared/model/ledger.ts';
import { CLUSTER, containerInstanceArn, instanceId, REGION, taskArn } from '../../../given.ts';

/** The instant of a UTC time of day, as `09:30` or `09:30:40`. */
export const time = (clock: string): Instant =>
  instant(Date.parse(`2026-10-25T${clock.length === 5 ? `${clock}:00` : clock}Z`));

/** A nano-dollar for each millisecond, $3.60 an hour in dollars of 10^6: an hour costs 3,600,000. */
export const HOURLY = 3_600_000;

export const service = (name: string): Consumer => ({ of: 'service', name });
export const idle: Consumer = { of: 'idle' };

/** A Spot m6i.large of 2,048 CPU units and 8,192 MiB that has run since 06:00. */
export const aRanInstance = (n = 1, about: Partial<RanInstance> = {}): RanInstance => ({
  instanceId: instanceId(n),
  containerInstance: containerInstanceArn(n),
  pool: { type: 'm6i.large', zone: 'eu-west-1a' },
  spot: true,
  launchedAt: time('06:00'),
  endedAt: undefined,
  reclaimed: false,
  room: { cpu: 2_048, memory: 8_192 },
  ...about,
});

/** A task of checkout that has a quarter of the first instance since 06:10. */
export const aRanTask = (n = 1, about: Partial<RanTask> = {}): RanTask => ({
  arn: taskArn(n),
  consumer: service('checkout'),
  lent: false,
  on: onEc2(1),
  cpu: 512,
  memory: 1_024,
  from: time('06:10'),
  to: undefined,
  ...about,
});

export const onEc2 = (n: number): RanTask['on'] => ({ is: 'ec2', containerInstance: containerInstanceArn(n) });

type Fargate = Extract<RanTask['on'], { is: 'fargate' }>;
export const onFargate = (about: Partial<Fargate> = {}): Fargate => ({
  ...{ is: 'fargate', spot: true, arm: false, windows: false, zone: 'eu-west-1a', extraStorageGb: 0 },
  ...about,
});

export const steps = (...all: readonly (readonly [string, number])[]): readonly PriceStep[] =>
  all.map(([from, hourly]) => ({ from: time(from), hourly }));

const fargate: FargatePrices = {
  x86: { vcpu: 4 * HOURLY, gb: HOURLY },
  arm: { vcpu: 2 * HOURLY, gb: HOURLY },
  storageGb: HOURLY,
};
const fargateSpot: FargatePrices = { x86: { vcpu: HOURLY, gb: HOURLY }, arm: undefined, storageGb: HOURLY };

/** Spot costs a nano-dollar a millisecond, On-Demand three. */
export const somePrices = (about: Partial<PriceBook> = {}): PriceBook => ({
  spot: new Map([
    ['m6i.large eu-west-1a', steps(['00:00', HOURLY])],
    ['c7g.large eu-west-1b', steps(['00:00', HOURLY])],
  ]),
  onDemand: new Map([
    ['m6i.large', 3 * HOURLY],
    ['c7g.large', 3 * HOURLY],
  ]),
  fargate,
  fargateSpot,
  ...about,
});

/** The quarter of an hour from 09:00, after readings before it. */
export const aReading = (about: Partial<LedgerAsked> = {}): LedgerAsked => ({
  ...{ region: REGION, cluster: CLUSTER, gapMs: 0, first: false },
  ...{ instances: [], tasks: [], prices: somePrices(), young: [] },
  ...{ from: time('09:00'), to: time('09:15'), expiresAt: time('23:00') },
  ...about,
});

/** Lines in a few words: who, on what, cost, On-Demand, Fargate, seconds (and seconds without a price). */
export const linesOf = (entries: readonly LedgerEntry[]): readonly string[] =>
  entries.flatMap(({ hour, services }) =>
    services.map(({ consumer, capacity, lent, seconds, unpriced, ...money }) =>
      [
        new Date(hour).toISOString().slice(11, 13),
        consumer.of === 'idle' ? 'idle' : consumer.name,
        `${capacity}${lent ? ' lent' : ''}:`,
        amounts(money),
        `${seconds}s`,
        ...(unpriced > 0 ? [`(${unpriced}s unpriced)`] : []),
      ].join(' '),
    ),
  );

export const poolsOf = (entries: readonly LedgerEntry[]): readonly string[] =>
  entries.flatMap(({ pools }) =>
    pools.map(({ capacity, type, zone, seconds, ...money }) =>
      [capacity, type ?? '', zone ?? '', amounts(money), `${seconds}s`].filter((word) => word !== '').join(' '),
    ),
  );

const amounts = ({ cost, onDemand, fargate: elsewhere }: Money): string => `${cost} / ${onDemand} / ${elsewhere}`;
