import { contractError } from '../contract-error';

/** A JSON Schema object as some library exports it: nothing about it is certain. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What has no type in TypeScript or in PHP, with what to write in its place. The first that a schema has is reported. */
const REFUSED_KEYWORDS: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  prefixItems: ['is a tuple', 'give its members names: make it an object'],
  additionalItems: ['is a tuple', 'give its members names: make it an object'],
  allOf: ['combines schemas (allOf)', 'write one object with all the keys, or one pattern'],
  not: ['excludes values (not)', 'say what is allowed, and check the rest in the handler'],
  ...refused('if', 'then', 'else', 'dependentSchemas', 'dependentRequired', 'dependencies'),
  ...refused('contains', 'minContains', 'maxContains', 'unevaluatedProperties', 'unevaluatedItems', '$dynamicRef'),
};

/** What says something about the data, beside the type and what {@link REFUSED_KEYWORDS} has. */
const ASSERTIONS = [
  ...['$ref', 'anyOf', 'oneOf', 'enum', 'const', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['items', 'minItems', 'maxItems', 'uniqueItems', 'properties', 'required', 'additionalProperties'],
  ...['patternProperties', 'propertyNames', 'minProperties', 'maxProperties'],
];

/** @throws ContractError naming the path, what is not supported and the remedy */
export function assertSupported(schema: unknown, at: string): asserts schema is JsonSchema {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw contractError(at, `${JSON.stringify(schema)} is no JSON Schema of a type`, 'say what is allowed');
  }
  for (const [keyword, [reason, remedy]] of Object.entries(REFUSED_KEYWORDS)) {
    if (Object.hasOwn(schema, keyword)) throw contractError(at, reason, remedy);
  }
  const { format, contentEncoding } = schema as JsonSchema;
  if (format === 'binary' || contentEncoding === 'binary') {
    throw contractError(at, 'is a file, or bytes as they are, which JSON has not', 'take a string in base64');
  }
}

/** @throws ContractError if `schema` says more about the data than `keyword` does */
export function assertAlone(schema: JsonSchema, keyword: string, at: string): void {
  const other = ['type', ...ASSERTIONS].find((name) => name !== keyword && schema[name] !== undefined);
  if (other === undefined) return;
  throw contractError(at, `has ${other} beside ${keyword}`, 'say it inside, or write one schema that says both');
}

/** @throws ContractError if `schema`, which has no type, says what the data has to be */
export function assertUntyped(schema: JsonSchema, at: string): void {
  const keyword = ASSERTIONS.find((name) => schema[name] !== undefined);
  if (keyword !== undefined) throw contractError(at, `has ${keyword} and no type`, 'say its type');
}

/** Whether a value is of a JSON type; any value is of no type said. */
export function isOfType(value: unknown, type: unknown): boolean {
  if (type === undefined) return true;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'null') return value === null;
  return value !== null && typeof value === type;
}

function refused(...keywords: readonly string[]): Record<string, readonly [string, string]> {
  const remedy = 'describe the data without it, and check the rest in the handler';
  return Object.fromEntries(keywords.map((keyword) => [keyword, [`uses ${keyword}`, remedy]]));
}
