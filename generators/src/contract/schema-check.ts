import type { Schema } from '@pixl-ipc/contract';
import { contractError } from './library/contract-error';
import { isRefusedName, nameKey } from './library/generated-name';
import { jsonPointer } from './library/json-pointer';

type Json = Readonly<Record<string, unknown>>;

const PROPERTY_NAME = /^_?[A-Za-z][A-Za-z0-9_-]*$/;
const REFERENCE = '#/types/';
/** Nobody nests a schema deeper, and the contract library writes none that is. */
const MAX_DEPTH = 256;
/** What the keywords hold that code is generated from. The others are words for people, or for validation by the daemon. */
const KEYWORDS: ReadonlyMap<string, (value: unknown) => boolean> = new Map(
  Object.entries({
    description: isText,
    deprecated: (value) => typeof value === 'boolean',
    examples: Array.isArray,
    format: isText,
    pattern: isText,
    contentEncoding: isText,
    contentMediaType: isText,
    uniqueItems: (value) => value === true,
    required: isTexts,
    ...Object.fromEntries(
      [
        ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
        ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
      ].map((keyword) => [keyword, (value: unknown) => typeof value === 'number']),
    ),
  }),
);
/** How the value of a constant is told by the schema's type. */
const CONSTANTS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: isText,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isSafeInteger,
  number: Number.isFinite,
};

/**
 * Holds where `schema` and all within it are of the forms that contract documents have.
 *
 * @param types The document's named types.
 * @throws ContractError naming the path and the remedy
 */
export function assertSchema(schema: unknown, at: string, types: Json, depth = 0): asserts schema is Schema {
  if (!isObject(schema)) throw refused(at, `${JSON.stringify(schema)} is no schema`);
  if (depth > MAX_DEPTH) throw refused(at, `is nested deeper than ${MAX_DEPTH}`);
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined || KEYWORDS.get(keyword)?.(value) !== false) continue;
    throw refused(at, `${keyword} is ${JSON.stringify(value)}`);
  }
  const within = (child: unknown, ...keys: (string | number)[]) => {
    assertSchema(child, `${at}${jsonPointer(...keys)}`, types, depth + 1);
  };
  if ('$ref' in schema) {
    if (typeOf(schema, types) === undefined)
      throw refused(at, `refers to ${JSON.stringify(schema.$ref)}, which is not there`);
  } else if ('anyOf' in schema) {
    const { anyOf } = schema;
    if (!Array.isArray(anyOf) || anyOf.length < 2) throw refused(at, 'is a union of less than two schemas');
    anyOf.forEach((member, index) => {
      within(member, 'anyOf', index);
    });
  } else if (schema.type === 'array') within(schema.items, 'items');
  else if (schema.type === 'object') assertObject(schema, at, within);
  else assertScalar(schema, at);
}

/** The schema that `schema` leads to through references; undefined where they lead nowhere. */
export function resolvedSchema(schema: unknown, types: Json): Json | undefined {
  const seen = new Set<unknown>();
  let found = schema;
  while (isObject(found) && '$ref' in found && !seen.has(found)) {
    seen.add(found);
    found = typeOf(found, types);
  }
  return isObject(found) && !('$ref' in found) ? found : undefined;
}

function assertObject(schema: Json, at: string, within: (child: unknown, ...keys: string[]) => void): void {
  if ('additionalProperties' in schema) {
    within(schema.additionalProperties, 'additionalProperties');
    return;
  }
  const { properties, required = [] } = schema;
  if (!isObject(properties)) throw refused(at, 'is an object without properties');
  const names = new Set<string>();
  for (const [key, property] of Object.entries(properties)) {
    const path = `${at}${jsonPointer('properties', key)}`;
    if (!PROPERTY_NAME.test(key) || isRefusedName(key) || nameKey(key) === 'this') {
      throw contractError(path, 'has no name in generated code', 'rename the key, or make the object a map');
    }
    if (names.has(nameKey(key)))
      throw contractError(path, 'gets the name of another key in generated code', 'rename it');
    names.add(nameKey(key));
    within(property, 'properties', key);
  }
  const missing = (required as string[]).find((key) => !Object.hasOwn(properties, key));
  if (missing !== undefined) throw refused(at, `requires ${JSON.stringify(missing)}, which it does not describe`);
}

function assertScalar(schema: Json, at: string): void {
  const { type } = schema;
  if (type === undefined || type === 'null') return;
  if (typeof type !== 'string' || !Object.hasOwn(CONSTANTS, type))
    throw refused(at, `${JSON.stringify(type)} is no type of JSON`);
  if (schema.const !== undefined && CONSTANTS[type]?.(schema.const) !== true) {
    throw refused(at, `const is ${JSON.stringify(schema.const)}, which is no ${type}`);
  }
  if (schema.enum === undefined) return;
  if (type !== 'string' || !isTexts(schema.enum) || schema.enum.length === 0) {
    throw refused(at, `enum is ${JSON.stringify(schema.enum)}`);
  }
}

function typeOf({ $ref }: Json, types: Json): unknown {
  if (typeof $ref !== 'string' || !$ref.startsWith(REFERENCE)) return undefined;
  const name = $ref.slice(REFERENCE.length);
  return Object.hasOwn(types, name) ? types[name] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText) && new Set(value).size === value.length;
}

function refused(at: string, reason: string): Error {
  return contractError(at, reason, 'generate the document again with the version of pixl-ipc that reads it');
}
