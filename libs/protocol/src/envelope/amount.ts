/** Whether a value is an amount that JSON can hold: a finite number, 0 or more. */
export function isAmount(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0;
}

/**
 * `,"name":value`, or nothing where the value is no amount. Types do not bind what programs hand in: written as it is, NaN
 * would spoil the frame, and a string could forge another.
 */
export function amountMember(name: string, value: unknown): string {
  return isAmount(value) ? `,"${name}":${value}` : '';
}
