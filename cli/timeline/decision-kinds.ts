/** A kind of decision of which several may be told as one. */
export type Kind = {
  /** Its groups: `counted`, what is counted; `place`, what those that are told together share; `service`, whose it is. */
  readonly pattern: RegExp;
  count(counted: string): number;
  where(place: string): string;
  verb(count: number): string;
  /** Each is about a service of its own and has reasons of its own; default false */
  readonly perService?: boolean;
};

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

export const kinds: readonly Kind[] = [
  {
    pattern: /^drain (?<counted>.+) in (?<place>\S+)$/,
    count: (ids) => ids.split(', ').length,
    where: (cluster) => `in ${cluster}`,
    verb: (count) => `drain ${count} instances`,
  },
  {
    pattern: /^deregister (?<counted>\d+) targets? from (?<place>\S+)$/,
    count: Number,
    where: (group) => `from ${group}`,
    verb: (count) => `deregister ${count} targets`,
  },
  {
    pattern: /^stop task (?<counted>\S+) in (?<place>\S+)$/,
    count: () => 1,
    where: (cluster) => `in ${cluster}`,
    verb: (count) => `stop ${count} tasks`,
  },
  {
    pattern: /^lend (?<service>\S+) in \S+ (?<counted>\d+) tasks (?<place>on Fargate(?: Spot)?), \d+ in all$/,
    count: Number,
    where: (rung) => rung,
    verb: (count) => `lend ${many(count, 'task')}`,
    perService: true,
  },
  {
    pattern: /^take back (?<counted>\d+) tasks of (?<service>\S+) in \S+ (?<place>from Fargate(?: Spot)?), \d+ left$/,
    count: Number,
    where: (rung) => rung,
    verb: (count) => `take back ${many(count, 'task')}`,
    perService: true,
  },
  {
    pattern: /^register (?<counted>\S+), the Fargate revision of (?<service>\S+)$/,
    count: () => 1,
    where: () => 'for Fargate',
    verb: (count) => `register ${many(count, 'task definition')}`,
    perService: true,
  },
  {
    pattern: /^create the standby (?<counted>\S+) of (?<service>\S+) in (?<place>\S+)$/,
    count: () => 1,
    where: (cluster) => `in ${cluster}`,
    verb: (count) => `create ${many(count, 'standby')}`,
    perService: true,
  },
];
