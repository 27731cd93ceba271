import { jsonPointer } from '../json-pointer';
import type { MapSchema, ObjectSchema, Schema, SchemaTypes, TypeReference, UnionSchema } from './schema';

export function isReference(schema: Schema): schema is TypeReference {
  return '$ref' in schema;
}

export function isUnion(schema: Schema): schema is UnionSchema {
  return 'anyOf' in schema;
}

export function isObject(schema: Schema): schema is ObjectSchema {
  return 'properties' in schema;
}

export function isMap(schema: Schema): schema is MapSchema {
  return 'additionalProperties' in schema;
}

/** `schema` with each of its direct children replaced. `visit` gets the child and its JSON pointer from the schema. */
export function mapChildren(schema: Schema, visit: (child: Schema, pointer: string) => Schema): Schema {
  if (isUnion(schema))
    return { ...schema, anyOf: schema.anyOf.map((member, index) => visit(member, `/anyOf/${index}`)) };
  if (isMap(schema)) {
    return { ...schema, additionalProperties: visit(schema.additionalProperties, '/additionalProperties') };
  }
  if (isObject(schema)) {
    const properties = Object.entries(schema.properties).map(([key, property]) => [
      key,
      visit(property, jsonPointer('properties', key)),
    ]);
    return { ...schema, properties: Object.fromEntries(properties) as Record<string, Schema> };
  }
  if ('items' in schema) return { ...schema, items: visit(schema.items, '/items') };
  return schema;
}

/** The name of the type that a reference means. */
export function typeNameOf({ $ref }: TypeReference): string {
  return $ref.slice('#/types/'.length);
}

/** What a schema means, itself if it is no reference. */
export function resolved(schema: Schema, types: SchemaTypes): Exclude<Schema, TypeReference> {
  const meaning = meaningOf(schema, types);
  if (meaning === undefined) throw new Error(`${JSON.stringify(schema)} leads to no schema`);
  return meaning;
}

/** As {@link resolved}; undefined where references lead to nothing but references. */
export function meaningOf(schema: Schema, types: SchemaTypes): Exclude<Schema, TypeReference> | undefined {
  const seen = new Set<string>();
  let found: Schema | undefined = schema;
  while (found !== undefined && isReference(found)) {
    const name = typeNameOf(found);
    found = seen.has(name) ? undefined : types.get(name);
    seen.add(name);
  }
  return found;
}

/** The types that `schema` refers to, directly or through each other. */
export function reachableTypes(schema: Schema, types: SchemaTypes): SchemaTypes {
  const reached = new Map<string, Schema>();
  const visit = (part: Schema): Schema => {
    if (!isReference(part)) return mapChildren(part, visit);
    const name = typeNameOf(part);
    const type = types.get(name);
    if (type !== undefined && !reached.has(name)) {
      reached.set(name, type);
      visit(type);
    }
    return part;
  };
  visit(schema);
  return reached;
}
