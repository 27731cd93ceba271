import { asCode, code, type Code } from '../code';
import { identifier } from './literal';
import type { PhpClass } from './php-class';

/**
 * How a file calls the classes that it uses: by their short names, which it imports, and by their full ones where a short
 * name is taken. PHP does not tell names apart that differ only in case.
 */
export class Imports {
  readonly #namespace: string;
  readonly #qualifiesBelow: boolean;
  /** What each short name means, by its lower-case form. */
  readonly #meaning = new Map<string, string>();
  readonly #used = new Set<string>();

  /**
   * @param own The class that the file declares.
   * @param options `qualifiesBelow` calls classes in namespaces below the file's own as seen from there,
   *   `Orders\\BuyRequest`: for files that use many, of which some have the same short name.
   */
  constructor(own: PhpClass, { qualifiesBelow = false }: { readonly qualifiesBelow?: boolean } = {}) {
    this.#namespace = own.namespace;
    this.#qualifiesBelow = qualifiesBelow;
    this.#claims(own.name, fullName(own));
  }

  /** The name of a class in this file. */
  name(wanted: PhpClass): Code {
    const full = fullName(wanted);
    const isBelow = this.#qualifiesBelow && wanted.namespace.startsWith(`${this.#namespace}\\`);
    const local = isBelow ? full.slice(this.#namespace.length + 1) : wanted.name;
    const [first = ''] = local.split('\\');
    if (!this.#claims(first, isBelow ? `${this.#namespace}\\${first}` : full)) return code`\\${qualified(full)}`;
    if (!isBelow && wanted.namespace !== this.#namespace) this.#used.add(full);
    return qualified(local);
  }

  /** The full names of the classes to import, sorted. */
  uses(): Code[] {
    return [...this.#used].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)).map(qualified);
  }

  #claims(name: string, full: string): boolean {
    const meaning = this.#meaning.get(name.toLowerCase());
    if (meaning === undefined) this.#meaning.set(name.toLowerCase(), full);
    return meaning === undefined || meaning === full;
  }
}

function fullName({ namespace, name }: PhpClass): string {
  return namespace === '' ? name : `${namespace}\\${name}`;
}

function qualified(name: string): Code {
  return asCode(name.split('\\').map(identifier).join('\\'));
}
