import { contractError } from '../contract-error';
import { reachableTypes, resolved } from './children';
import { Normalizer } from './normalizer';
import type { Schema, SchemaTypes } from './schema';
import { normalizeUnions } from './union-schema';

/** A schema with the named types that it refers to, directly or through each other. */
export interface NormalForm {
  readonly schema: Schema;
  readonly types: SchemaTypes;
}

/**
 * Brings an exported JSON Schema into normal form: one way to say each thing, named types apart, what says nothing left
 * out.
 *
 * @param at Where the schema stands, for problems: `/orders/buy#/request`.
 * @param root What `#` means in its references; the schema itself where it is not part of a document.
 * @throws ContractError naming the path and the remedy, where the schema is outside the supported subset
 */
export function normalForm(source: unknown, at: string, root: unknown = source): NormalForm {
  const normalizer = new Normalizer();
  const schema = normalizer.normalize(source, at, root);
  const raw = new Map([...normalizer.types].map(([name, type]) => [name, type.schema]));
  for (const [name, type] of normalizer.types) {
    if (leadsNowhere(type.schema, raw)) throw contractError(type.at, `type ${name} is only itself`, 'say what it is');
  }
  const types = new Map(
    [...normalizer.types].map(([name, type]) => [name, normalizeUnions(type.schema, raw, type.at)] as const),
  );
  const normal = normalizeUnions(schema, raw, at);
  return { schema: normal, types: reachableTypes(normal, types) };
}

function leadsNowhere(schema: Schema, types: SchemaTypes): boolean {
  try {
    resolved(schema, types);
    return false;
  } catch {
    return true;
  }
}
