import Ajv from 'ajv/dist/2020';
import { isObject, mapChildren } from '../schema/children';
import type { Schema, SchemaTypes } from '../schema/schema';

/** Compiling is all the time that the property tests take: no meta-schema, no optimising. */
const ajv = new Ajv({
  strict: false,
  validateFormats: false,
  validateSchema: false,
  meta: false,
  code: { optimize: false },
});

/** Whether data is valid, by a validator that is not ours. */
export function validator(schema: object, types: SchemaTypes = new Map()): (data: unknown) => boolean {
  return ajv.compile({ types: Object.fromEntries(types), ...(schema as { readonly $ref?: string }) });
}

/** As {@link validator}, but objects may have no key that the schema does not know: what a typed sender sends. */
export function closedValidator(schema: Schema, types: SchemaTypes): (data: unknown) => boolean {
  return validator(closed(schema), new Map([...types].map(([name, type]) => [name, closed(type)])));
}

function closed(schema: Schema): Schema {
  const inside = mapChildren(schema, closed);
  return isObject(inside) ? ({ ...inside, additionalProperties: false } as Schema) : inside;
}
