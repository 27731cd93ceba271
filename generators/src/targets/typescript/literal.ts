import { asCode, type Code } from '../code';

const IDENTIFIER = /^[A-Za-z_$][A-Za-z0-9_$]*$/;
/** What nobody sees in source code, and what turns its text around. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value as a literal. Text comes in the quotes that need the fewest escapes, single ones where they tie. */
export function literal(value: string | number | boolean): Code {
  return asCode(typeof value === 'string' ? quoted(value) : JSON.stringify(value));
}

/** A key of an object, in an interface or in a literal: quoted only where it has to be. */
export function propertyKey(key: string): Code {
  return IDENTIFIER.test(key) ? asCode(key) : literal(key);
}

/**
 * A name that the generator made of names in a contract.
 *
 * @throws Error if it is no identifier: a mistake of the generator
 */
export function identifier(name: string): Code {
  if (!IDENTIFIER.test(name)) throw new Error(`${JSON.stringify(name)} is no identifier`);
  return asCode(name);
}

function quoted(text: string): string {
  const count = (quote: string) => text.split(quote).length - 1;
  const quote = count("'") > count('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replace(INVISIBLE, (character) => ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return `${quote}${escaped}${quote}`;
}
