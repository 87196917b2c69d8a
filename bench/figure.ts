/** One number that a benchmark prints, with the goal beside it where there is one. */
export type Figure = {
  /** What was measured, in words. */
  readonly what: string;
  /** Infinity (in JSON null): it never happened. */
  readonly value: number;
  /** `calls`, `s`, `ms`, `KB` …; virtual time unless it says `wall`. */
  readonly unit: string;
  readonly goal?: Goal;
  /** Where the number comes from, or why it is what it is. */
  readonly note?: string;
};

export type Goal = { readonly atMost: number } | { readonly atLeast: number };

export type Benchmark = {
  readonly name: string;
  /** One sentence: what is done. */
  readonly title: string;
  measure(): Promise<readonly Figure[]>;
};

/** Whether a figure reaches its goal; undefined when it has none. */
export function isReached({ value, goal }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return 'atMost' in goal ? value <= goal.atMost : value >= goal.atLeast;
}

/** A benchmark's figures as lines of text of at most 100 columns: what, value, goal, verdict, and notes below. */
export function table({ name, title }: Benchmark, figures: readonly Figure[]): string {
  const rows = figures.flatMap((figure) => [row(figure), ...(figure.note ? wrapped(figure.note) : [])]);
  return [`${name}: ${title}`, ...rows].join('\n');
}

const COLUMNS = 100;
const WHAT = 58;

function row(figure: Figure): string {
  const { what, value, unit, goal } = figure;
  const reached = isReached(figure);
  const aim = goal === undefined ? '' : 'atMost' in goal ? `<= ${goal.atMost}` : `>= ${goal.atLeast}`;
  const verdict = reached === undefined ? '' : reached ? 'reached' : 'NOT reached';
  const never = value === Number.POSITIVE_INFINITY;
  const amount = `${(never ? 'never' : shown(value)).padStart(9)} ${(never ? '' : unit).padEnd(7)}`;
  return `  ${what.padEnd(WHAT)}${amount} ${aim.padEnd(9)} ${verdict}`.trimEnd();
}

const shown = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));

function wrapped(note: string): readonly string[] {
  const lines: string[] = [];
  let line = '   ';
  for (const word of note.split(' ')) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
