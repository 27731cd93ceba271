import { contractError } from '../contract-error';
import { meaningOf, reachableTypes } from './children';
import { Normalizer } from './normalizer';
import type { Schema, SchemaTypes } from './schema';
import { judgeUnions } from './union-schema';

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
  assertMeaningful(normalizer, raw);
  const types = new Map(
    [...normalizer.types].map(([name, type]) => [name, judgeUnions(type.schema, raw, type.at)] as const),
  );
  assertMeaningful(normalizer, types);
  const judged = judgeUnions(schema, raw, at);
  return { schema: judged, types: reachableTypes(judged, types) };
}

/** Before unions are judged, and again: a type that is itself or null is itself afterwards. */
function assertMeaningful(normalizer: Normalizer, types: SchemaTypes): void {
  for (const [name, { at }] of normalizer.types) {
    if (meaningOf(types.get(name) ?? {}, types) !== undefined) continue;
    throw contractError(at, `type ${name} is only itself`, 'say what it is');
  }
}
