/** What a figure is held against: at most `max`, or at least `min`. */
export type FigureBound = ({ readonly max: number } | { readonly min: number }) & { readonly unit?: string };

/**
 * Prints one line for a measured value, the same way everywhere, and returns the value for the assertion:
 * `promise 6: p99 of the other connection 4.1 ms (bound 50 ms)`. A lower bound reads `(at least 5 ms)`.
 */
export function figure(name: string, value: number, bound: FigureBound): number {
  const unit = bound.unit === undefined ? '' : ` ${bound.unit}`;
  const limit = 'max' in bound ? `bound ${numberText(bound.max)}${unit}` : `at least ${numberText(bound.min)}${unit}`;
  process.stdout.write(`${name} ${numberText(value)}${unit} (${limit})\n`);
  return value;
}

/** Whole numbers as they are, others to three significant digits. */
function numberText(value: number): string {
  return Number.isInteger(value) || Math.abs(value) >= 1_000
    ? String(Math.round(value))
    : String(Number(value.toPrecision(3)));
}
