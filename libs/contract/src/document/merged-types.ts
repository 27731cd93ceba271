import { contractError } from '../contract-error';
import type { Schema, SchemaTypes } from '../schema/schema';
import { meanTheSame } from '../schema/semantic-form';

/** Named types, and the place that refers to them. */
export interface UsedTypes {
  readonly at: string;
  readonly types: SchemaTypes;
}

/**
 * The named types of several places together, sorted by name.
 *
 * @throws ContractError if one name has two meanings
 */
export function mergedTypes(uses: readonly UsedTypes[]): SchemaTypes {
  const merged = new Map<string, { readonly at: string; readonly schema: Schema }>();
  for (const { at, types } of uses) {
    for (const [name, schema] of types) {
      const known = merged.get(name);
      if (known === undefined) merged.set(name, { at, schema });
      else if (!meanTheSame(known.schema, schema)) {
        const remedy =
          'give each its own name; a default or a transform makes one schema two, in requests and responses';
        throw contractError(at, `type ${name} is another one than in ${JSON.stringify(known.at)}`, remedy);
      }
    }
  }
  return new Map([...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { schema }]) => [name, schema]));
}
