import { code, joined, type Code } from '../code';

/** Where lines of TypeScript are broken, if they can be. */
export const MAX_COLUMNS = 120;

/** Whether a line is short enough. */
export function fits(line: Code, indent: Code = code``): boolean {
  return indent.length + line.length <= MAX_COLUMNS;
}

const BRACKETS = {
  parameters: { open: code`(`, close: code`)`, last: code`,` },
  types: { open: code`<`, close: code`>`, last: code`` },
};

/** Code with a list in brackets, which stands on lines of its own where one line is too short for all. */
export interface Enclosing {
  readonly brackets: keyof typeof BRACKETS;
  readonly before: Code;
  readonly parts: readonly Code[];
  readonly after: Code;
  /** Of the line that it begins on. */
  readonly indent: Code;
}

export function enclosed({ brackets, before, parts, after, indent }: Enclosing): Code {
  const { open, close, last } = BRACKETS[brackets];
  const line = code`${before}${open}${joined(parts, code`, `)}${close}${after}`;
  if (fits(line, indent)) return line;
  const inner = code`\n${indent}  `;
  return code`${before}${open}${inner}${joined(parts, code`,${inner}`)}${last}\n${indent}${close}${after}`;
}

/** A member of an object that is an arrow function of one call. */
export function arrowMember(key: Code, parameters: Code, callee: Code, given: readonly Code[]): Code {
  const head = code`${key}: ${parameters} =>`;
  const call = (indent: Code) =>
    enclosed({ brackets: 'parameters', before: callee, parts: given, after: code`,`, indent });
  const line = code`${head} ${callee}(${joined(given, code`, `)}),`;
  return fits(line, code`    `) ? line : code`${head}\n      ${call(code`      `)}`;
}
