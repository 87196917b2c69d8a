import { chooseTypes, type Wish } from '../../../../shared/core/offerings/choose.ts';
import { rank, type Surroundings } from '../../../../shared/core/offerings/rank.ts';
import { instant } from '../../../../shared/model/instant.ts';
import {
  type Catalogue,
  type Demand,
  type InstanceType,
  type Prices,
  poolKey,
  type ServiceDemand,
} from '../../../../shared/model/offerings.ts';
import type { Standing } from '../../../../shared/model/rebalance-records.ts';
import { onDemandPrice } from '../../../../sim/ec2/prices.ts';

export const now = instant(1_700_000_000_000);
export const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
export const NANO = 1_000_000_000;

/** A type of 2 vCPUs and 8 GiB, but for what is given. */
export const typeOf = (type: string, given: Partial<InstanceType> = {}): InstanceType => ({
  type,
  vcpus: 2,
  memoryMiB: 8_192,
  architectures: ['x86_64'],
  virtualization: ['hvm'],
  spot: true,
  gpus: 0,
  burstable: false,
  localStorage: false,
  bareMetal: false,
  currentGeneration: true,
  interfaces: 3,
  ...given,
});

export const web: ServiceDemand = {
  service: 'web',
  daemon: false,
  desired: 10,
  cpu: 512,
  memory: 1_024,
  gpus: 0,
  interfaces: 0,
};

export const demandOf = (...services: readonly Partial<ServiceDemand>[]): Demand => ({
  services: services.map((given) => ({ ...web, ...given })),
  memoryShare: 0.94,
  trunking: false,
});

export const catalogueOf = (types: readonly InstanceType[], where: readonly string[] = zones): Catalogue => ({
  types: new Map(types.map((one) => [one.type, one])),
  zones: new Map(types.map((one) => [one.type, new Set(where)])),
});

/** Spot costs `share` of the On-Demand price, which is the real one, dollars by type where given. */
export function pricesOf(
  names: readonly string[],
  share: number,
  given: Readonly<Record<string, number>> = {},
): Prices {
  const onDemand = new Map(names.map((name) => [name, Math.round((given[name] ?? onDemandPrice(name)) * NANO)]));
  const spot = names.flatMap((type) =>
    zones.map((zone) => [poolKey({ type, zone }), Math.round((onDemand.get(type) ?? 0) * share)] as const),
  );
  return { spot: new Map(spot), onDemand };
}

export const outFor = (type: string, zone: string, ms: number): [string, Standing] => [
  poolKey({ type, zone }),
  {
    is: 'standing',
    region: 'eu-west-1',
    pool: { type, zone },
    strikes: 1,
    lastAt: now,
    outUntil: instant(now + ms),
    expiresAt: instant(now + 86_400_000),
  },
];

export const wishOf = (given: Partial<Wish>): Wish => ({
  own: [],
  current: given.own ?? [],
  zones,
  minPools: 6,
  maxFamilyShare: 0.25,
  gainPercent: 10,
  away: [],
  pinned: new Set(),
  crowded: new Set(),
  maxTypes: 40,
  ordered: true,
  ...given,
});

/** Ranks all types of a catalogue and chooses among them. */
export const chosen = (around: Partial<Surroundings> & Pick<Surroundings, 'catalogue' | 'prices'>, wish: Wish) =>
  chooseTypes(rank([...around.catalogue.types.values()], surroundings(around)), wish);

export const surroundings = (
  given: Partial<Surroundings> & Pick<Surroundings, 'catalogue' | 'prices'>,
): Surroundings => ({ zones, standings: new Map(), scores: undefined, demand: demandOf({}), now, ...given });
