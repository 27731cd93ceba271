import { contractError } from '../contract-error';
import type { JsonSchema } from './json-schema';
import type { NumberSchema, StringSchema } from './schema';
import { isOwnPattern } from './standard-format';

/** A string that is no enum and no constant. */
export function stringSchema(schema: JsonSchema, at: string): StringSchema {
  const format = textOf(schema, 'format', at);
  const pattern = textOf(schema, 'pattern', at);
  const saidByFormat = format !== undefined && pattern !== undefined && isOwnPattern(format, pattern);
  return {
    type: 'string',
    ...withValue('format', format),
    ...withValue('pattern', saidByFormat ? undefined : pattern),
    ...withValue('minLength', countOf(schema, 'minLength', at)),
    ...withValue('maxLength', countOf(schema, 'maxLength', at)),
    ...withValue('contentEncoding', textOf(schema, 'contentEncoding', at)),
    ...withValue('contentMediaType', textOf(schema, 'contentMediaType', at)),
  };
}

/** A number that is no constant. */
export function numberSchema(schema: JsonSchema, type: 'integer' | 'number', at: string): NumberSchema {
  return {
    type,
    ...withValue('minimum', boundOf(schema, 'minimum', at)),
    ...withValue('maximum', boundOf(schema, 'maximum', at)),
    ...withValue('exclusiveMinimum', boundOf(schema, 'exclusiveMinimum', at)),
    ...withValue('exclusiveMaximum', boundOf(schema, 'exclusiveMaximum', at)),
    ...withValue('multipleOf', boundOf(schema, 'multipleOf', at)),
  };
}

/** A keyword that counts things. A minimum of 0 says nothing, and is left out. */
export function countOf(schema: JsonSchema, keyword: string, at: string): number | undefined {
  const value = schema[keyword];
  if (value === undefined || (value === 0 && keyword.startsWith('min'))) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrongValue(keyword, value, at);
  return value as number;
}

/** `{ [key]: value }`, or nothing where the value is undefined. */
export function withValue<Key extends string, Value>(key: Key, value: Value | undefined): Partial<Record<Key, Value>> {
  return (value === undefined ? {} : { [key]: value }) as Partial<Record<Key, Value>>;
}

/** A bound beyond the safe integers says nothing that the wire does not say anyway, and is left out. */
function boundOf(schema: JsonSchema, keyword: string, at: string): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || Number.isNaN(value)) throw wrongValue(keyword, value, at);
  return Math.abs(value) >= Number.MAX_SAFE_INTEGER ? undefined : value;
}

function textOf(schema: JsonSchema, keyword: string, at: string): string | undefined {
  const value = schema[keyword];
  if (value !== undefined && typeof value !== 'string') throw wrongValue(keyword, value, at);
  return value;
}

function wrongValue(keyword: string, value: unknown, at: string): Error {
  return contractError(at, `${keyword} is ${JSON.stringify(value)}`, 'give what JSON Schema wants there');
}
