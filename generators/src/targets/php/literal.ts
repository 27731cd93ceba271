import { asCode, type Code } from '../code';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What nobody sees in source code, and what turns its text around. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value as a literal. Text comes in single quotes, in double ones where it holds what nobody sees. */
export function literal(value: string | number | boolean): Code {
  if (typeof value !== 'string') return asCode(numberOr(value));
  if (value.search(INVISIBLE) < 0) return asCode(`'${value.replace(/[\\']/g, '\\$&')}'`);
  const escaped = value
    .replace(/[\\"$]/g, '\\$&')
    .replace(INVISIBLE, (character) => ESCAPES[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
  return asCode(`"${escaped}"`);
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

/** The path of a member: `"{$path}/order-id"`. A key of an object needs no escape in a JSON pointer. */
export function memberPath(key: string): Code {
  if (!/^[A-Za-z0-9_-]+$/.test(key)) throw new Error(`${JSON.stringify(key)} is no key of an object`);
  return asCode(`"{$path}/${key}"`);
}

/** A float keeps its point: PHP knows 2 and 2.0 apart. */
function numberOr(value: number | boolean): string {
  return JSON.stringify(value).replace('e+', 'E+');
}
