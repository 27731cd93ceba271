/**
 * The JSON Schema of contract documents: the subset of draft 2020-12 that TypeScript and PHP both have types for, each
 * thing said in one way. `type` tells the forms apart, `anyOf` a union, `$ref` a named type; none of them is unknown.
 *
 * @see docs/guides/contracts.md#what-a-schema-may-be
 */
export type Schema =
  | UnknownSchema
  | NullSchema
  | BooleanSchema
  | NumberSchema
  | StringSchema
  | ArraySchema
  | ObjectSchema
  | MapSchema
  | UnionSchema
  | TypeReference;

/** What any schema may say to people. Not part of a hash. */
export interface SchemaDocs {
  readonly description?: string;
  readonly deprecated?: true;
  /** Filled in by the schema's library where the key is absent. */
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
}

/** Any JSON: says nothing but, at most, what it is for. */
export type UnknownSchema = SchemaDocs;

export interface NullSchema extends SchemaDocs {
  readonly type: 'null';
}

export interface BooleanSchema extends SchemaDocs {
  readonly type: 'boolean';
  readonly const?: boolean;
}

/** An integer is within ±(2^53−1) without saying so. */
export interface NumberSchema extends SchemaDocs {
  readonly type: 'integer' | 'number';
  readonly const?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

export interface StringSchema extends SchemaDocs {
  readonly type: 'string';
  readonly const?: string;
  /** In the order of the declaration; never with `const`. */
  readonly enum?: readonly string[];
  readonly format?: string;
  /** Absent where the format says it; beside a format, one that allows less or more than its name says. */
  readonly pattern?: string;
  /** In code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly contentEncoding?: string;
  readonly contentMediaType?: string;
}

export interface ArraySchema extends SchemaDocs {
  readonly type: 'array';
  readonly items: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: true;
}

/** Known keys. Others are ignored, and dropped by most schema libraries. */
export interface ObjectSchema extends SchemaDocs {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Schema>>;
  /** Sorted; absent where all are optional. */
  readonly required?: readonly string[];
}

/** Any keys, all with values of one kind. */
export interface MapSchema extends SchemaDocs {
  readonly type: 'object';
  readonly additionalProperties: Schema;
  readonly propertyNames?: StringSchema;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/**
 * One of several, which can be told apart by their JSON type, and objects by a required key with a different string
 * constant in each. No member is a union itself, but for a named one that is nullable here. Null stands last.
 */
export interface UnionSchema extends SchemaDocs {
  readonly anyOf: readonly Schema[];
}

/** A type of the document: `#/types/Money`. */
export interface TypeReference extends SchemaDocs {
  readonly $ref: `#/types/${string}`;
}

/** Named types: one meaning for each name throughout a document. */
export type SchemaTypes = ReadonlyMap<string, Schema>;

/** A schema that is no union and no reference. */
export type PlainSchema = Exclude<Schema, UnionSchema | TypeReference>;
