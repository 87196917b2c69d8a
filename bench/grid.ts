export type Cell = { readonly row: string; readonly column: string; readonly value: number; readonly unit: string };

const LABEL = 44;

/** Cells as lines of text: the title, the columns, then each row. */
export function grid(title: string, cells: readonly Cell[]): readonly string[] {
  const columns = [...new Set(cells.map(({ column }) => column))];
  const rows = Map.groupBy(cells, ({ row }) => row);
  const line = (label: string, texts: readonly string[]) =>
    `  ${label.padEnd(LABEL)}${texts.map((text, index) => text.padStart(width(columns[index]))).join('')}`;
  return [
    `  ${title}`,
    line('', columns),
    ...[...rows].map(([label, own]) => {
      const texts = columns.map((column) => shown(own.find((cell) => cell.column === column)));
      return line(label, texts);
    }),
  ];
}

const width = (column = ''): number => Math.max(column.length, 7) + 2;

/** Counts, which have no unit, as they are; shares with three digits. */
function shown(cell: Cell | undefined): string {
  if (!cell) return '';
  if (cell.unit === '%') return `${cell.value.toFixed(2)} %`;
  return cell.unit === '' ? String(cell.value) : cell.value.toFixed(3);
}
