import { isMap, isUnion } from '../schema/children';
import type { PlainSchema, Schema } from '../schema/schema';

/** What a schema allows, in a few words of a sentence: `string`, `"a" | "b"`, `object with kind "circle"`. */
export function schemaWords(schema: Schema): string {
  if (isUnion(schema)) return schema.anyOf.map(schemaWords).join(' | ');
  if ('$ref' in schema) return schema.$ref.slice('#/types/'.length);
  if (!('type' in schema)) return 'anything';
  const values = valuesOf(schema);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (isMap(schema)) return 'map';
  if (schema.type === 'object') {
    const [constant] = Object.entries(schema.properties).filter(([, property]) => 'const' in property);
    return constant === undefined ? 'object' : `object with ${constant[0]} ${schemaWords(constant[1])}`;
  }
  return schema.type;
}

/** The values that a schema names, undefined where it allows any of its type. */
export function valuesOf(schema: PlainSchema): readonly (string | number | boolean)[] | undefined {
  if (!('type' in schema)) return undefined;
  if ('enum' in schema) return schema.enum;
  return 'const' in schema ? [schema.const] : undefined;
}
