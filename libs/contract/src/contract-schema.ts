import { contractError } from './contract-error';
import { pointerKeys } from './json-pointer';
import type {
  StandardJsonSchemaConverter,
  StandardResult,
  StandardSchema,
  StandardSchemaProps,
} from './standard-schema';

/**
 * What an endpoint takes for its request, response and errors: a Standard Schema that also exports JSON Schema. Those of
 * zod (4.2 or newer) and arktype are; a valibot schema becomes one by `toStandardJsonSchema` of `@valibot/to-json-schema`;
 * TypeBox types and plain JSON Schema by {@link fromJsonSchema}.
 */
export interface ContractSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardSchemaProps<Input, Output> & { readonly jsonSchema: StandardJsonSchemaConverter };
}

/** What goes into a schema: what a caller gives, or a handler returns. */
export type SchemaInput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input'];

/** What comes out of it validated, defaults filled in and transformed. */
export type SchemaOutput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['output'];

/** An error as the validators of JSON Schema report it, TypeBox and Ajv among them. */
export interface JsonSchemaError {
  /** JSON pointer to the wrong value. */
  readonly instancePath: string;
  readonly message?: string;
}

/**
 * Makes a contract schema of a JSON Schema and of a function that validates against it. The type `Data` is the caller's
 * word: nothing checks it against the schema.
 *
 * ```ts
 * const validator = Compile(Order);                                       // TypeBox
 * fromJsonSchema<Static<typeof Order>>(Order, (value) => (validator.Check(value) ? [] : validator.Errors(value)));
 * const valid = ajv.compile(order);                                       // Ajv
 * fromJsonSchema<Order>(order, (value) => (valid(value) ? [] : valid.errors));
 * ```
 *
 * @param errorsOf Every error of a value; none, null or undefined where it is valid. The value reaches the handler as it
 * is, keys that the schema does not know included.
 */
export function fromJsonSchema<Data>(
  schema: object,
  errorsOf: (value: unknown) => Iterable<JsonSchemaError> | null | undefined,
): ContractSchema<Data> {
  const validate = (value: unknown): StandardResult<Data> => {
    const issues = Array.from(errorsOf(value) ?? [], ({ instancePath, message }) => ({
      path: pointerKeys(instancePath),
      message: message ?? 'is invalid',
    }));
    return issues.length === 0 ? { value: value as Data } : { issues };
  };
  const exported = () => ({ ...schema });
  return {
    '~standard': { version: 1, vendor: 'json-schema', validate, jsonSchema: { input: exported, output: exported } },
  };
}

/** @throws ContractError naming `path` and the remedy, if `schema` is no {@link ContractSchema} */
export function assertContractSchema(schema: unknown, path: string): asserts schema is ContractSchema {
  const standard = standardOf(schema);
  if (typeof standard?.validate !== 'function') {
    const remedy = 'give a schema of zod, arktype, valibot (toStandardJsonSchema) or TypeBox (fromJsonSchema)';
    throw contractError(path, 'is no Standard Schema', remedy);
  }
  if (typeof standard.jsonSchema?.input !== 'function' || typeof standard.jsonSchema.output !== 'function') {
    throw contractError(path, `a ${String(standard.vendor)} schema without JSON Schema export`, exportRemedy(standard));
  }
}

function standardOf(schema: unknown): Partial<ContractSchema['~standard']> | undefined {
  if ((typeof schema !== 'object' && typeof schema !== 'function') || schema === null) return undefined;
  return (schema as Partial<ContractSchema>)['~standard'];
}

function exportRemedy({ vendor }: Partial<StandardSchemaProps>): string {
  if (vendor === 'zod') return 'update zod to 4.2 or newer';
  if (vendor === 'valibot') return 'wrap it in toStandardJsonSchema() of @valibot/to-json-schema';
  return 'update its library, or build the schema with fromJsonSchema()';
}
