/** Who did something, as the timeline's second column says it. */
export type Who =
  | 'EC2'
  | 'ECS'
  | 'Auto Scaling'
  | 'AWS Health'
  | 'load balancer'
  | 'spotkeeper'
  | 'users'
  | 'a person'
  | 'Slack';

export type Tone = 'plain' | 'warning' | 'bad' | 'decision' | 'note';

/** One line of a timeline before folding. */
export type Happening = {
  /** Virtual epoch milliseconds. */
  readonly at: number;
  readonly who: Who;
  readonly tone: Tone;
  readonly text: string;
  /** Happenings of one key that come close together are told as one, by `many`; undefined: each stands alone. */
  readonly key: string | undefined;
  /** How many things it is about: instances, tasks, requests. */
  readonly count: number;
  /** What it is about, for counting different ones: an instance, a service. */
  readonly of: Readonly<Record<string, string>>;
  /** The sentence for several at once. */
  many(all: readonly Happening[]): string;
};

export type Row = Pick<Happening, 'at' | 'who' | 'tone' | 'text'>;

/** What follows the last of its kind within this time is told with it, */
export const NEAR_MS = 5_000;
/** unless the first was as long ago as this. */
const LONGEST_MS = 60_000;
/** From this on it is said how long it took. */
const WHILE_MS = 2_000;
/** As many are told one by one. */
const ONE_BY_ONE = 3;

/** Folds happenings of one kind that come close together into one row, and puts all in order of time. */
export function rowsOf(happenings: readonly Happening[]): readonly Row[] {
  const groups: Happening[][] = [];
  const open = new Map<string, Happening[]>();
  for (const happening of [...happenings].sort((a, b) => a.at - b.at)) {
    const group = happening.key === undefined ? undefined : open.get(happening.key);
    if (group && isNear(group, happening)) group.push(happening);
    else {
      const begun = [happening];
      groups.push(begun);
      if (happening.key !== undefined) open.set(happening.key, begun);
    }
  }
  return groups.flatMap((group) => rowsOfGroup(group)).sort((a, b) => a.at - b.at);
}

function isNear(group: readonly Happening[], { at }: Happening): boolean {
  const [first, last] = [group[0], group.at(-1)];
  return first !== undefined && last !== undefined && at - last.at <= NEAR_MS && at - first.at <= LONGEST_MS;
}

function rowsOfGroup(group: readonly Happening[]): readonly Row[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined || group.length <= ONE_BY_ONE) return group;
  const { at, who, tone } = first;
  const until = last.at - at >= WHILE_MS ? ` (until ${new Date(last.at).toISOString()})` : '';
  return [{ at, who, tone, text: first.many(group) + until }];
}

/** How many things a group is about. */
export const total = (all: readonly Happening[]): number => all.reduce((sum, { count }) => sum + count, 0);

/** The different values of one fact in a group. */
export const distinct = (all: readonly Happening[], fact: string): readonly string[] => [
  ...new Set(all.map(({ of }) => of[fact] ?? '')),
];
