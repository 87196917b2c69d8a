/** Who did something, as the timeline's second column says it. */
export type Who = 'EC2' | 'ECS' | 'Auto Scaling' | 'AWS Health' | 'load balancer' | 'spotkeeper' | 'users';

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

/** What comes within this time after the first of its kind is told with it. */
const TOGETHER_MS = 5_000;
/** As many are told one by one. */
const ONE_BY_ONE = 3;

/** Folds happenings of one kind that come close together into one row, and puts all in order of time. */
export function rowsOf(happenings: readonly Happening[]): readonly Row[] {
  const groups: Happening[][] = [];
  const open = new Map<string, Happening[]>();
  for (const happening of [...happenings].sort((a, b) => a.at - b.at)) {
    const group = happening.key === undefined ? undefined : open.get(happening.key);
    const [first] = group ?? [];
    if (group && first && happening.at - first.at <= TOGETHER_MS) group.push(happening);
    else {
      const begun = [happening];
      groups.push(begun);
      if (happening.key !== undefined) open.set(happening.key, begun);
    }
  }
  return groups.flatMap((group) => rowsOfGroup(group)).sort((a, b) => a.at - b.at);
}

function rowsOfGroup(group: readonly Happening[]): readonly Row[] {
  const [first] = group;
  if (first === undefined || group.length <= ONE_BY_ONE) return group;
  return [{ at: first.at, who: first.who, tone: first.tone, text: first.many(group) }];
}

/** How many things a group is about. */
export const total = (all: readonly Happening[]): number => all.reduce((sum, { count }) => sum + count, 0);

/** The different values of one fact in a group. */
export const distinct = (all: readonly Happening[], fact: string): readonly string[] => [
  ...new Set(all.map(({ of }) => of[fact] ?? '')),
];
