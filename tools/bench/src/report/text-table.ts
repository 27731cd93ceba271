/** Rows → lines, columns as wide as they must be: the first to the left, the others to the right. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((text, column) => Math.max(widest[column] ?? 0, text.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** A figure as tables show it: three digits, thousands separated; a dash where there is none. */
export function figureText(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

/** A ratio as tables show it. */
export function ratioText(value: number): string {
  return Number.isNaN(value) ? '–' : `${value >= 10 ? value.toFixed(0) : value.toFixed(2)}×`;
}
