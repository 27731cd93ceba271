import { contractError } from '../contract-error';
import { isRefusedName, nameKey } from '../generated-name';
import { jsonPointer } from '../json-pointer';
import type { JsonSchema } from './json-schema';
import { withoutDocs } from './schema-docs';
import { countOf, withValue } from './scalar-schema';
import type { MapSchema, ObjectSchema, Schema, StringSchema } from './schema';

/** Brings a part of a schema into normal form. */
export type Normalize = (schema: unknown, at: string) => Schema;

const PROPERTY_NAME = /^_?[A-Za-z][A-Za-z0-9_-]*$/;
/** How TypeBox writes a map with any key. */
const ANY_KEY = '^.*$';

/** `type: 'object'`: known keys make an object, unknown ones a map, both are refused. */
export function objectSchema(schema: JsonSchema, at: string, normalize: Normalize): ObjectSchema | MapSchema {
  const properties = record(schema.properties, 'properties', at);
  const [valuesAt, values] = mapValues(schema, at);
  const keys = namedKeys(schema.propertyNames);
  if (keys !== undefined && values !== undefined) {
    return knownKeys(Object.fromEntries(keys.map((key) => [key, values])), schema, at, normalize);
  }
  if (properties === undefined || (Object.keys(properties).length === 0 && values !== undefined)) {
    return {
      type: 'object',
      additionalProperties: normalize(values ?? {}, valuesAt),
      ...withValue('propertyNames', keySchema(schema.propertyNames, at, normalize)),
      ...withValue('minProperties', countOf(schema, 'minProperties', at)),
      ...withValue('maxProperties', countOf(schema, 'maxProperties', at)),
    };
  }
  if (values !== undefined) {
    throw contractError(
      at,
      'has known keys and further ones',
      'put the further ones into a map under a key of their own',
    );
  }
  const beside = ['minProperties', 'maxProperties', 'propertyNames'].find((keyword) => schema[keyword] !== undefined);
  if (beside !== undefined) throw contractError(at, `has known keys and ${beside}`, 'check it in the handler');
  return knownKeys(properties, schema, at, normalize);
}

/** Where and what the values of a map are; nothing where there is none. `additionalProperties: false` says nothing. */
function mapValues(schema: JsonSchema, at: string): [string, unknown] {
  const { additionalProperties: additional } = schema;
  const patterns = record(schema.patternProperties, 'patternProperties', at);
  if (patterns !== undefined) {
    const [first, ...others] = Object.entries(patterns);
    if (first?.[0] !== ANY_KEY || others.length > 0) {
      throw contractError(at, 'has keys by pattern', 'make it a map with any key, and check the keys in the handler');
    }
    return [`${at}${jsonPointer('patternProperties', ANY_KEY)}`, first[1]];
  }
  return [`${at}/additionalProperties`, additional === false ? undefined : additional === true ? {} : additional];
}

function knownKeys(
  properties: Readonly<Record<string, unknown>>,
  schema: JsonSchema,
  at: string,
  normalize: Normalize,
): ObjectSchema {
  const keys = Object.keys(properties).sort();
  assertPropertyNames(keys, at);
  const required = [
    ...new Set(Array.isArray(schema.required) ? (schema.required as unknown[]).map(String) : []),
  ].sort();
  const missing = required.find((key) => !Object.hasOwn(properties, key));
  if (missing !== undefined) {
    throw contractError(at, `requires ${JSON.stringify(missing)}, which it does not describe`, 'describe the key');
  }
  return {
    type: 'object',
    properties: Object.fromEntries(
      keys.map((key) => [key, normalize(properties[key], `${at}${jsonPointer('properties', key)}`)]),
    ),
    ...(required.length > 0 ? { required } : {}),
  };
}

function assertPropertyNames(keys: readonly string[], at: string): void {
  const byKey = new Map<string, string>();
  for (const key of keys) {
    const path = `${at}${jsonPointer('properties', key)}`;
    if (isRefusedName(key)) {
      throw contractError(
        path,
        'is a name that JavaScript gives a meaning',
        'choose another name, or make the object a map',
      );
    }
    if (!PROPERTY_NAME.test(key)) {
      const remedy = 'use letters, digits, "_" and "-", a letter first; or make the object a map';
      throw contractError(path, 'has no name in generated code', remedy);
    }
    if (nameKey(key) === 'this') throw contractError(path, 'is a name that PHP reserves', 'choose another name');
    const other = byKey.get(nameKey(key));
    if (other !== undefined) {
      const reason = `${JSON.stringify(key)} gets the same name in generated code as ${JSON.stringify(other)}`;
      throw contractError(path, reason, 'rename one of them');
    }
    byKey.set(nameKey(key), key);
  }
}

/** The keys of a map that can only have these: an object, in other words. */
function namedKeys(propertyNames: unknown): readonly string[] | undefined {
  const { enum: keys } = (propertyNames ?? {}) as { readonly enum?: unknown };
  return Array.isArray(keys) && keys.every((key) => typeof key === 'string') ? keys : undefined;
}

function keySchema(propertyNames: unknown, at: string, normalize: Normalize): StringSchema | undefined {
  if (propertyNames === undefined) return undefined;
  const schema = withoutDocs(normalize({ type: 'string', ...(propertyNames as object) }, `${at}/propertyNames`));
  if (!('type' in schema) || schema.type !== 'string') {
    throw contractError(`${at}/propertyNames`, 'the keys of a map are no strings', 'use strings as keys');
  }
  return Object.keys(schema).length > 1 ? schema : undefined;
}

function record(value: unknown, keyword: string, at: string): Readonly<Record<string, unknown>> | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw contractError(at, `${keyword} is no object`, 'give what JSON Schema wants there');
}
