import type { SchemaOutput } from '../contract-schema';
import type { StandardResult, StandardSchema } from '../standard-schema';
import { normalizeIssues, type ValidationIssue } from './issue';
import { withoutPrototypeKeys } from './prototype-key';

/** Valid data, as the schema gives it out, or what is wrong with it. */
export type Validation<Data> =
  { readonly value: Data; readonly issues?: undefined } | { readonly issues: readonly ValidationIssue[] };

/**
 * Validates data against a schema of any library. Gives a promise only where the schema itself is asynchronous. Keys
 * `__proto__` are dropped wherever they stand, whatever the schema says; other unknown keys are the schema's affair.
 *
 * @param value JSON data: what a peer sent, or what a handler returned. Nested deeper than 512 or circular, it is invalid.
 * @returns Every issue that the schema reports, each with its path; beyond 100 they are counted.
 * @throws What the schema's own functions throw; some libraries, zod among them, reject with it
 */
export function validate<Schema extends StandardSchema>(
  schema: Schema,
  value: unknown,
): Validation<SchemaOutput<Schema>> | Promise<Validation<SchemaOutput<Schema>>> {
  const cleaned = withoutPrototypeKeys(value);
  if (cleaned === undefined) return { issues: [{ path: '', message: 'is nested deeper than 512, or circular' }] };
  const result = schema['~standard'].validate(cleaned.data);
  return result instanceof Promise ? result.then(validationOf<Schema>) : validationOf<Schema>(result);
}

function validationOf<Schema extends StandardSchema>(
  result: StandardResult<unknown>,
): Validation<SchemaOutput<Schema>> {
  // The specification calls a falsy `issues` success.
  return result.issues ? { issues: normalizeIssues(result.issues) } : { value: result.value as SchemaOutput<Schema> };
}
