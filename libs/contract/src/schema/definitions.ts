import { contractError } from '../contract-error';
import { className } from '../generated-name';
import { pointerKeys } from '../json-pointer';
import type { JsonSchema } from './json-schema';

const TYPE_NAME = /^[A-Z][A-Za-z0-9]*$/;
/** Keys that a library makes up where the user names nothing: zod's `__schema0`, valibot's `0`, arktype's `type4`. */
const MADE_UP_KEY = /^(?:__schema|[a-z]+)?\d+$/;

/** A definition that a reference points to. */
export interface Definition {
  readonly schema: unknown;
  /** The name of the type; undefined where nobody gave it one. */
  readonly name: string | undefined;
}

/** Where references of a part of a schema are looked up. */
export class Definitions {
  readonly #root: unknown;
  readonly #byId: ReadonlyMap<string, unknown>;

  constructor(root: unknown, byId: ReadonlyMap<string, unknown> = new Map()) {
    this.#root = root;
    this.#byId = byId;
  }

  /** With the definitions that `schema` itself brings along: TypeBox puts them there, and refers to them by a bare name. */
  within(schema: JsonSchema): Definitions {
    const { $defs } = schema;
    if (typeof $defs !== 'object' || $defs === null) return this;
    return new Definitions(this.#root, new Map([...this.#byId, ...Object.entries($defs)]));
  }

  /** @throws ContractError if nothing is there, or if it has a name that is no name of a type */
  resolve(reference: unknown, at: string): Definition {
    const [key, schema] = this.#find(String(reference));
    if (schema === undefined) {
      throw contractError(at, `refers to ${JSON.stringify(reference)}, which is not there`, 'define it');
    }
    if (key === undefined || MADE_UP_KEY.test(key)) return { schema, name: titleOf(schema) };
    if (TYPE_NAME.test(key)) return { schema, name: key };
    const reason = `the name of a type, ${JSON.stringify(key)}, does not match [A-Z][A-Za-z0-9]*`;
    const better = className(key.replace(/[^A-Za-z0-9]+/g, '_'));
    throw contractError(at, reason, TYPE_NAME.test(better) ? `write ${JSON.stringify(better)}` : 'choose another name');
  }

  #find(reference: string): [key: string | undefined, schema: unknown] {
    if (!reference.startsWith('#')) return [reference, this.#byId.get(reference)];
    const keys = pointerKeys(reference);
    const schema = keys.reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? at[key as keyof typeof at] : undefined,
      this.#root,
    );
    return [keys.length === 2 && /^(?:\$defs|definitions|types)$/.test(String(keys[0])) ? keys[1] : undefined, schema];
  }
}

/** What names a definition where the library has no ids for types, as arktype and valibot have not. */
function titleOf(schema: unknown): string | undefined {
  const title = (schema as { readonly title?: unknown } | null)?.title;
  return typeof title === 'string' && TYPE_NAME.test(title) ? title : undefined;
}
