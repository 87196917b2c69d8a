import { allTypes } from '../../sim/ec2/instance-type.ts';
import { poolMembers } from './account-format.ts';
import {
  among,
  amount,
  defaulted,
  flag,
  list,
  object,
  oneKindOf,
  optional,
  type Read,
  type Reader,
  text,
  whole,
  wrong,
} from './read.ts';

const instances = whole(0, 5_000);
/** Spot price, dollars an hour */
const price = optional(amount(0.0001, 1_000));
const timesADay = (mean: number) => defaulted(amount(0, 48), mean);

const range: Reader<readonly [number, number]> = (value, place) => {
  const [from = 0, to = 0] = list(whole(0, 5_000))(value, place);
  if (Array.isArray(value) && value.length === 2 && from <= to) return [from, to];
  throw wrong(place, value, 'two whole numbers, the smaller first');
};

/** Where the Spot capacity of pools comes from. */
export const capacitySource = oneKindOf('source', {
  constant: object({ ...poolMembers, instances, price }),
  /** `at` in seconds since the story began; before the first step the first holds */
  script: object({ ...poolMembers, steps: list(object({ at: amount(-86_400, 31_536_000), instances, price })) }),
  /** every pool that has no source of its own, drawn from the seed */
  seed: object({
    instances: defaulted(range, [5, 60] as const),
    dropsPerDay: timesADay(1),
    sharedDropsPerDay: timesADay(0.5),
    sharedBy: defaulted(amount(0, 1), 0.7),
  }),
  /** measured: one pool a file; the ticks count from the account's beginning */
  traces: object({ directory: text(/^[^\0]{1,1000}$/), InstanceType: optional(among(allTypes())) }),
});

export type CapacityPart = Read<typeof capacitySource>;

export const fargateCapacity = {
  spot: defaulted(flag, false),
  architecture: defaulted(among(['x86_64', 'arm64']), 'x86_64'),
  vcpus: amount(0, 1_000_000),
};
