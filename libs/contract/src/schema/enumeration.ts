import { contractError } from '../contract-error';
import type { JsonSchema } from './json-schema';
import type { Schema } from './schema';

/** The values that `enum` or `const` names, undefined where the schema has neither. */
export function valuesOf(schema: JsonSchema, at: string): readonly unknown[] | undefined {
  if ('const' in schema) return [schema.const];
  if (!('enum' in schema)) return undefined;
  if (!Array.isArray(schema.enum) || schema.enum.length === 0) {
    throw contractError(at, 'has an enum without values', 'name at least one');
  }
  return [...new Set(schema.enum as unknown[])];
}

/**
 * A schema that allows `values` and nothing else: strings as an enum, one value of another type as a constant, values of
 * several types as a union.
 *
 * @param constant Whether one string is a constant, rather than an enum that has one value so far.
 */
export function enumerationOf(values: readonly unknown[], constant: boolean, at: string): Schema {
  const strings = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => typeof value === 'number');
  const booleans = values.filter((value) => typeof value === 'boolean');
  const members: Schema[] = [];
  if (strings.length > 0) members.push(stringsOf(strings, constant));
  if (numbers.length > 0) members.push(numberOf(numbers, at));
  if (booleans.length > 0) members.push(booleans.length === 2 ? { type: 'boolean' } : booleanOf(booleans));
  if (values.includes(null)) members.push({ type: 'null' });
  const known = strings.length + numbers.length + booleans.length + (values.includes(null) ? 1 : 0);
  if (known < values.length) {
    throw contractError(at, 'has an enum value that is an object or an array', 'name strings');
  }
  const [first] = members;
  return members.length === 1 && first !== undefined ? first : { anyOf: members };
}

function stringsOf(values: readonly string[], constant: boolean): Schema {
  const [first] = values;
  return constant && values.length === 1 && first !== undefined
    ? { type: 'string', const: first }
    : { type: 'string', enum: values };
}

function numberOf(values: readonly number[], at: string): Schema {
  const [value] = values;
  if (value === undefined || values.length > 1) {
    throw contractError(at, 'is an enum of numbers', 'use strings, or a number with a minimum and a maximum');
  }
  if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
    throw contractError(at, `${value} is no number that every language reads`, 'write it as a string');
  }
  return { type: Number.isInteger(value) ? 'integer' : 'number', const: value };
}

function booleanOf([value]: readonly boolean[]): Schema {
  return value === undefined ? { type: 'boolean' } : { type: 'boolean', const: value };
}
