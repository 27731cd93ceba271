import { createHash } from 'node:crypto';
import { pascalCase } from './type-name';

/** How symbols are read out, where they mean something and do not just stand between words. */
const SYMBOLS: readonly (readonly [symbol: string, words: string])[] = [
  ['<=', 'LessOrEqual'],
  ['>=', 'GreaterOrEqual'],
  ['!=', 'NotEqual'],
  ['==', 'Equal'],
  ['+', 'Plus'],
  ['<', 'Less'],
  ['>', 'Greater'],
  ['=', 'Equal'],
  ['*', 'Times'],
  ['%', 'Percent'],
  ['#', 'Sharp'],
  ['!', 'Not'],
  ['&', 'And'],
  ['$', 'Dollar'],
  ['€', 'Euro'],
  ['?', 'Question'],
  ['~', 'Tilde'],
  ['@', 'At'],
];
/** Names are no longer than that, with room for a hash. */
const MAX_LENGTH = 100;

/** The ways in which people write words. No two values share a name, neither of one way nor of two: a test holds it. */
const STYLES: readonly (readonly [style: RegExp, name: (value: string) => string])[] = [
  // sold-out → SoldOut. Not with a word of one letter: e-u-r would be EUR.
  [/^([a-z][a-z0-9]*|[a-z]{2}[a-z0-9]*(-[a-z]{2}[a-z0-9]*)+)$/, (value) => capitalised(value, '-', '')],
  // sold_out → Sold_Out
  [/^[a-z][a-z0-9]*(_([a-z][a-z0-9]*|[0-9]+))+$/, (value) => capitalised(value, '_', '_')],
  // EUR, SOLD_OUT. Not with words of one letter alone: a_b is A_B.
  [/^(?=.*[A-Z][0-9]*[A-Z])[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, (value) => value],
  // soldOut
  [/^[a-z][a-z0-9]*[A-Z][A-Za-z0-9]*$/, (value) => value],
  // Open → Open_: open is Open.
  [/^[A-Z][A-Za-z0-9]*$/, (value) => `${value}_`],
  // 2fa → _2fa
  [/^[0-9][A-Za-z0-9]*$/, (value) => `_${value}`],
];

/**
 * The name of one value among others, of letters and digits of ASCII and `_`. It is made of the value alone, so that it
 * means the same whatever stands beside it and in which order: `A+` and `A-` never change places. What is not written as
 * words usually are has a hash of the value behind its name: `A+` → `APlus_x1c2d3e4f`.
 *
 * @param isFree Whether a name may be used at all.
 */
export function valueName(value: string, isFree: (name: string) => boolean = () => true): string {
  const [, name] = STYLES.find(([style]) => style.test(value)) ?? [];
  const plain = name?.(value);
  return plain !== undefined && plain.length <= MAX_LENGTH && isFree(plain) ? plain : spelled(value);
}

/** {@link pascalCase} of a value that is words, however they are joined; where symbols would be lost, with a hash behind it. */
export function wordsName(value: string): string {
  return /^[A-Za-z0-9]+([-_ ./:][A-Za-z0-9]+)*$/.test(value) ? pascalCase(value, 'Value') : spelled(value);
}

/** The words of a value in PascalCase, symbols read out, with a hash of the value behind them. */
function spelled(value: string): string {
  let text = value.replace(/-$/, ' Minus').replace(/^-/, 'Minus ');
  for (const [symbol, words] of SYMBOLS) text = text.replaceAll(symbol, ` ${words} `);
  const hash = createHash('sha256').update(value).digest('hex').slice(0, 8);
  return `${pascalCase(text, 'Value').slice(0, MAX_LENGTH)}_x${hash}`;
}

function capitalised(value: string, separator: string, between: string): string {
  return value
    .split(separator)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(between);
}
