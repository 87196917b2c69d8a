import { plain } from '../../../shared/slack/message/text.ts';

export type TextTable = {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns whose texts end at the same place: numbers. */
  readonly right?: readonly number[];
};

const GAP = '  ';
const LEAST = 6;

/** A table of at most `width` columns: while it is wider, its widest column is cut. The first line is the header. */
export function tableLines({ header, rows, right = [] }: TextTable, width: number): readonly string[] {
  const lines = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  while (total(widths) > width && Math.max(...widths) > LEAST) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return lines.map((cells) =>
    cells
      .map((cell, column) => {
        const room = widths[column] ?? 0;
        const text = cell.length > room ? plain(cell, room) : cell;
        return right.includes(column) ? text.padStart(room) : text.padEnd(room);
      })
      .join(GAP)
      .trimEnd(),
  );
}

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);

const FULL = '█';
const LIGHT = '░';

/** A part of a whole as a bar, both measured against the longest one: `████░░░`. */
export function barOf({ part, whole, most }: { part: number; whole: number; most: number }, width: number): string {
  if (most <= 0) return '';
  const full = Math.max(0, Math.round((part / most) * width));
  return FULL.repeat(full) + LIGHT.repeat(Math.max(0, Math.round((whole / most) * width) - full));
}
