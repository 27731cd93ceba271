import fc from 'fast-check';
import { isMap, isObject, isReference, isUnion, typeNameOf } from '../schema/children';
import type { Schema, SchemaTypes } from '../schema/schema';

const text = fc.constantFrom('', 'x', 'y', 'xx', 'zz', 'xxxx', 'a');
const number = fc.oneof(fc.integer({ min: -3, max: 6 }), fc.constantFrom(0.5, 2.5));

/** Data that mostly, not always, fits a schema. Keys that the schema does not know are never among it. */
export function randomValue(schema: Schema, types: SchemaTypes, depth = 0): fc.Arbitrary<unknown> {
  const inside = (child: Schema) => randomValue(child, types, depth + 1);
  if (depth > 6) return fc.constant(null);
  if (isReference(schema)) return inside(types.get(typeNameOf(schema)) ?? {});
  if (isUnion(schema)) return fc.oneof(...schema.anyOf.map(inside));
  if (isMap(schema))
    return fc.dictionary(text, inside(schema.additionalProperties), { maxKeys: 3, noNullPrototype: true });
  if (isObject(schema)) {
    const properties = Object.entries(schema.properties).map(([key, property]) => [key, inside(property)] as const);
    return fc.record(Object.fromEntries(properties), {
      requiredKeys: [...(schema.required ?? [])],
      noNullPrototype: true,
    });
  }
  if ('items' in schema) return fc.array(inside(schema.items), { maxLength: 4 });
  if (!('type' in schema)) return fc.oneof(text, number, fc.constant(null), fc.constant([]), fc.constant({}));
  if ('const' in schema) return fc.constant(schema.const);
  if ('enum' in schema) return fc.constantFrom(...(schema.enum ?? []));
  if (schema.type === 'string') return text;
  if (schema.type === 'boolean') return fc.boolean();
  return schema.type === 'null' ? fc.constant(null) : number;
}
