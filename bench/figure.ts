import { grid } from './grid.ts';

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
  /** Where it stands when many figures of a kind are printed as a grid. */
  readonly cell?: { readonly table: string; readonly row: string; readonly column: string };
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

/**
 * A benchmark's figures as lines of text of at most 100 columns: what, value, goal, verdict, and notes below. Figures
 * with a cell stand in grids.
 */
export function table({ name, title }: Benchmark, figures: readonly Figure[]): string {
  const lines = figures.flatMap((figure, index) => {
    const { cell, note } = figure;
    if (!cell) return [row(figure), ...(note ? wrapped(note) : [])];
    return cell.table === figures[index - 1]?.cell?.table ? [] : grid(cell.table, cellsOf(cell.table, figures));
  });
  return [`${name}: ${title}`, ...lines].join('\n');
}

const cellsOf = (name: string, figures: readonly Figure[]) =>
  figures.flatMap(({ cell, value, unit }) => (cell?.table === name ? { ...cell, value, unit } : []));

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
