import table from './instance-types.json' with { type: 'json' };

/** What EC2 tells about an instance type, as far as the simulated account knows it. */
export type InstanceTypeInfo = {
  readonly type: string;
  /** `m6i` of `m6i.large` */
  readonly family: string;
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** the one that its images usually have comes first */
  readonly architectures: readonly string[];
  readonly maxEnis: number;
  readonly ipv4PerEni: number;
  /** `awsvpc` tasks that fit without trunking */
  readonly taskLimitNoTrunk: number;
  /** `awsvpc` tasks that fit with trunking; undefined: the type does not support it */
  readonly ecsTrunkTaskLimit: number | undefined;
  readonly usageClasses: readonly string[];
  readonly currentGeneration: boolean;
  readonly burstable: boolean;
  readonly gpus: number;
  /** has NVMe or disk instance store */
  readonly localStorage: boolean;
  readonly bareMetal: boolean;
};

type Row = readonly [number, number, string, number, number, number, number | null, string, 0 | 1, number];

const rows = table.types as unknown as Readonly<Record<string, Row>>;
const known = new Map<string, InstanceTypeInfo>();

/** @throws Error that names the type when sim/ec2/instance-types.json lacks it */
export const typeInfo = (type: string): InstanceTypeInfo => {
  const found = known.get(type);
  if (found) return found;
  const row = Object.hasOwn(rows, type) ? rows[type] : undefined;
  if (!row) {
    throw new Error(`unknown instance type ${type}: expected one of the ${allTypes().length} of DescribeInstanceTypes`);
  }
  const info = infoOf(type, row);
  known.set(type, info);
  return info;
};

export const isType = (type: string): boolean => Object.hasOwn(rows, type);

/** Every type, families in alphabetical order, sizes rising. */
export const allTypes = (): readonly string[] => Object.keys(rows);

/** `large` of `m6i.large` */
export const sizeName = (type: string): string => type.slice(type.indexOf('.') + 1);

// Families with instance store: a `d` after the generation, or storage and GPU families that always have it.
// https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
const storing =
  /^(?:[a-z]+\d+[a-z]*d[a-z]*|[di]\d+[a-z]*|i[ms]\d[a-z]+|h1|f1|g4ad|g5|g6|g6e|gr6|p3dn|trn1n?|x1e?|x2i(?:dn|edn)|z1d)$/;

const infoOf = (type: string, row: Row): InstanceTypeInfo => {
  const [vcpus, memoryMiB, architectures, maxEnis, ipv4PerEni, taskLimitNoTrunk, trunked, uses, current, gpus] = row;
  const family = type.slice(0, type.indexOf('.'));
  return {
    type,
    family,
    vcpus,
    memoryMiB,
    // i386 comes first in AWS's own list; nobody runs it.
    architectures: architectures.split(',').reverse(),
    maxEnis,
    ipv4PerEni,
    taskLimitNoTrunk,
    ecsTrunkTaskLimit: trunked ?? undefined,
    usageClasses: uses.split(','),
    currentGeneration: current === 1,
    burstable: /^t\d/.test(family),
    gpus,
    localStorage: storing.test(family),
    bareMetal: sizeName(type).startsWith('metal'),
  };
};
