import { createHash } from 'node:crypto';
import { className } from '../contract/library/generated-name';

/** Where a type belongs and what it is called there: `TestRequest` of the scope `Myapi`. Each is in PascalCase. */
export interface TypeName {
  readonly scope: readonly string[];
  readonly name: string;
}

/**
 * Any text as a name in PascalCase, of letters and digits of ASCII, a letter first: `sold-out` → `SoldOut`. What has no
 * letter first gets `fallback` before it: `2fa` → `Value2fa`, `+` → `Value`.
 */
export function pascalCase(text: string, fallback: string): string {
  const name = text
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map(className)
    .join('');
  return /^[A-Za-z]/.test(name) ? name : fallback + name;
}

/** As long as the name of a file may be, with room for what is put behind it. */
const MAX_LENGTH = 120;

/** A name for a file: one that is too long keeps its beginning, and has a hash of the whole behind it. */
export function shortened(name: string): string {
  if (name.length <= MAX_LENGTH) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_LENGTH - hash.length)}${hash}`;
}

/** Hands out names of which no two are the same. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #keyOf: (name: string) => string;

  /**
   * @param reserved Names that nobody gets.
   * @param keyOf What two names may not share.
   */
  constructor(reserved: Iterable<string> = [], keyOf: (name: string) => string = (name) => name) {
    this.#keyOf = keyOf;
    for (const name of reserved) this.#taken.add(keyOf(name));
  }

  /** `wanted`, with a `_` behind it for as long as that is taken. */
  claim(wanted: string): string {
    let name = wanted;
    while (this.#taken.has(this.#keyOf(name))) name += '_';
    this.#taken.add(this.#keyOf(name));
    return name;
  }
}
