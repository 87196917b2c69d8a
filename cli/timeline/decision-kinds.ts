/** What a pattern finds in one decision, by the names of its groups. */
export type Found = Readonly<Record<string, string>>;

/** A kind of decision of which several may be told as one. */
export type Kind = {
  /** Its groups: `counted`, what is counted; `place`, where; `service`, whose it is; `left`, how many are lent then. */
  readonly pattern: RegExp;
  /** How many things they are about together, each counted once; undefined: they do not tell. */
  count(all: readonly Found[]): number | undefined;
  where(all: readonly Found[]): string;
  verb(count: number | undefined): string;
  /** Each is about a service of its own and has reasons of its own; default false */
  readonly perService?: boolean;
  /** Those of different places are told together; default false */
  readonly overPlaces?: boolean;
};

export const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const values = (all: readonly Found[], group: string): readonly string[] => [
  ...new Set(all.map((found) => found[group] ?? '')),
];
const place = (all: readonly Found[]): string => values(all, 'place')[0] ?? '';
const different = (group: string) => (all: readonly Found[]) => values(all, group).length;

const inPlace = (all: readonly Found[]) => `in ${place(all)}`;

/** A plan names how many targets and not which: when two name the same group, they may mean the same targets. */
function targets(all: readonly Found[]): number | undefined {
  if (values(all, 'place').length < all.length) return undefined;
  return all.reduce((sum, { counted }) => sum + Number(counted), 0);
}

/**
 * By how much the lent tasks of all services change. Passes that do not see yet what another did decide the same anew,
 * and side by side: of each service counts how far its decisions go together.
 * @param sign 1 where tasks are lent, -1 where they are taken back
 */
const change = (sign: 1 | -1) => (all: readonly Found[]) =>
  values(all, 'service').reduce((sum, name) => {
    const own = all.filter(({ service }) => service === name);
    const after = own.map(({ left }) => sign * Number(left));
    const before = own.map(({ counted, left }) => sign * Number(left) - Number(counted));
    return sum + Math.max(...after) - Math.min(...before);
  }, 0);

export const kinds: readonly Kind[] = [
  {
    pattern: /^drain (?<counted>.+) in (?<place>\S+)$/,
    count: (all) => new Set(all.flatMap(({ counted = '' }) => counted.split(', '))).size,
    where: inPlace,
    verb: (count = 0) => `drain ${many(count, 'instance')}`,
  },
  {
    pattern: /^deregister (?<counted>\d+) targets? from (?<place>\S+)$/,
    count: targets,
    where: (all) => {
      const groups = different('place')(all);
      return `from ${groups === 1 ? place(all) : `${groups} target groups`}`;
    },
    verb: (count) => `deregister ${count === undefined ? 'targets' : many(count, 'target')}`,
    overPlaces: true,
  },
  {
    pattern: /^stop task (?<counted>\S+) in (?<place>\S+)$/,
    count: different('counted'),
    where: inPlace,
    verb: (count = 0) => `stop ${many(count, 'task')}`,
  },
  {
    pattern: /^lend (?<service>\S+) in \S+ (?<counted>\d+) tasks? (?<place>on Fargate(?: Spot)?), (?<left>\d+) in all$/,
    count: change(1),
    where: place,
    verb: (count = 0) => `lend ${many(count, 'task')}`,
    perService: true,
  },
  {
    pattern:
      /^take back (?<counted>\d+) tasks? of (?<service>\S+) in \S+ (?<place>from Fargate(?: Spot)?), (?<left>\d+) left$/,
    count: change(-1),
    where: place,
    verb: (count = 0) => `take back ${many(count, 'task')}`,
    perService: true,
  },
  {
    pattern: /^register (?<counted>\S+), the Fargate revision of (?<service>\S+)$/,
    count: different('counted'),
    where: () => 'for Fargate',
    verb: (count = 0) => `register ${many(count, 'task definition')}`,
    perService: true,
  },
  {
    pattern: /^create the standby (?<counted>\S+) of (?<service>\S+) in (?<place>\S+)$/,
    count: different('counted'),
    where: inPlace,
    verb: (count = 0) => `create ${many(count, 'standby')}`,
    perService: true,
  },
];

/** The reason of one task, said of several. */
const plurals: Readonly<Record<string, string>> = {
  'its targets have left the load balancer': 'their targets have left the load balancer',
  'its replacement serves': 'their replacements serve',
};

/** @returns the reason as it is said of several things */
export const ofSeveral = (because: string): string => plurals[because] ?? because;
