/**
 * The parts of the Standard Schema and Standard JSON Schema specifications (standardschema.dev) that a contract needs.
 * Written out here, as the specifications invite to: they are types only, and a package for them would be the one thing
 * that this one makes its users install. A type test holds them against the published ones.
 */

/** A schema of any library that follows the specification: zod, arktype, valibot and many more. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': StandardSchemaProps<Input, Output>;
}

export interface StandardSchemaProps<Input = unknown, Output = Input> {
  readonly version: 1;
  /** Name of the schema library. */
  readonly vendor: string;
  /** Carries types only. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
}

export type StandardResult<Output> =
  { readonly value: Output; readonly issues?: undefined } | { readonly issues: readonly StandardIssue[] };

export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** What a schema has besides if it can also say itself in JSON Schema. Both may throw where a type has no JSON. */
export interface StandardJsonSchemaConverter {
  readonly input: (options: StandardJsonSchemaOptions) => Record<string, unknown>;
  readonly output: (options: StandardJsonSchemaOptions) => Record<string, unknown>;
}

export interface StandardJsonSchemaOptions {
  readonly target: 'draft-2020-12';
  /** Whatever one library understands and the others do not look at. */
  readonly libraryOptions?: Record<string, unknown> | undefined;
}
