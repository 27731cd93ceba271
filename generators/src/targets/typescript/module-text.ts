import { code, joined, type Code } from '../code';
import { fits } from './layout';
import { literal } from './literal';

const KEYWORDS = {
  import: code`import`,
  'import type': code`import type`,
  export: code`export`,
  'export type': code`export type`,
};

/**
 * An import or export of names from a module, sorted, on one line if it fits; nothing where there are no names.
 *
 * @param names Each alone or, where types stand among values, behind `type`.
 */
export function moduleText(keyword: keyof typeof KEYWORDS, names: Iterable<Code>, from: string): Code[] {
  const sorted = [...new Set(names)].sort(byName);
  if (sorted.length === 0) return [];
  const line = code`${KEYWORDS[keyword]} { ${joined(sorted, code`, `)} } from ${literal(from)};`;
  if (fits(line)) return [line];
  return [code`${KEYWORDS[keyword]} {\n  ${joined(sorted, code`,\n  `)},\n} from ${literal(from)};`];
}

/** As in a dictionary. No two are the same. */
function byName(a: string, b: string): number {
  const [nameA, nameB] = [a, b].map((name) => name.replace(/^type /, ''));
  const [keyA = '', keyB = ''] = [nameA, nameB].map((name) => name?.toLowerCase());
  // Names that differ only in case have to have an order too.
  return keyA < keyB || (keyA === keyB && a < b) ? -1 : 1;
}
