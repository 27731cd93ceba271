import { canonicalJson } from '../canonical-json';
import { isUnion, mapChildren } from './children';
import type { Schema } from './schema';
import { withoutDocs } from './schema-docs';

/**
 * What a schema allows, without what it says to people and without the order of enums and unions: equal for schemas that
 * a peer cannot tell apart. Made for hashing and comparing.
 */
export function semanticForm(schema: Schema): Schema {
  const bare = withoutDocs(mapChildren(schema, semanticForm));
  if (isUnion(bare)) return { anyOf: [...bare.anyOf].sort(byCanonicalJson) };
  return 'enum' in bare ? { ...bare, enum: [...bare.enum].sort() } : bare;
}

/** Whether two schemas allow the same. Named types count by their names. */
export function meanTheSame(a: Schema, b: Schema): boolean {
  return canonicalJson(semanticForm(a)) === canonicalJson(semanticForm(b));
}

function byCanonicalJson(a: Schema, b: Schema): number {
  return canonicalJson(a) < canonicalJson(b) ? -1 : 1;
}
