import { IpcError, isIpcError, type IpcErrorKind, type IpcErrorOf } from '@pixl-ipc/protocol';
import type { ContractSchema, SchemaInput, SchemaOutput } from '../contract-schema';
import { errorName, type DeclaredErrorCode, type ErrorName } from './error-code';

/** The errors that an endpoint declares: the schema of the details for each code. */
export type ErrorSchemas = Readonly<Record<DeclaredErrorCode, ContractSchema>>;

/**
 * Makes errors of one declared code, with or without `new`, and stands for them: `isIpcError(error, contract.errors.soldOut)`
 * and `error instanceof contract.errors.soldOut` both know them, also those that another process sent.
 */
export interface DeclaredError<
  Code extends string = string,
  Schema extends ContractSchema = ContractSchema,
> extends IpcErrorKind<Code, SchemaOutput<Schema>> {
  /**
   * @param details Shown to the caller, as the contract declares them.
   * @param message For people; the code in words where absent.
   */
  new (details: SchemaInput<Schema>, message?: string): IpcErrorOf<Code, SchemaOutput<Schema>>;
  (details: SchemaInput<Schema>, message?: string): IpcErrorOf<Code, SchemaOutput<Schema>>;
  /** Of the details. */
  readonly schema: Schema;
  [Symbol.hasInstance](error: unknown): error is IpcErrorOf<Code, SchemaOutput<Schema>>;
}

/** Any declared error, for code that handles all of them alike. */
export type AnyDeclaredError = Pick<DeclaredError, 'code' | 'schema'>;

/** The declared errors of an endpoint under the last names of their codes: `orders.sold_out` → `soldOut`. */
export type DeclaredErrors<Schemas extends ErrorSchemas> = {
  readonly [Code in keyof Schemas & DeclaredErrorCode as ErrorName<Code>]: DeclaredError<Code, Schemas[Code]>;
};

/** @param schemas With codes that {@link assertErrorCodes} holds for. */
export function declaredErrors<Schemas extends ErrorSchemas>(schemas: Schemas): DeclaredErrors<Schemas> {
  const errors = Object.entries(schemas).map(([code, schema]) => [errorName(code), declaredError(code, schema)]);
  return Object.freeze(Object.fromEntries(errors)) as DeclaredErrors<Schemas>;
}

function declaredError(code: string, schema: ContractSchema): DeclaredError {
  const name = errorName(code);
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  // A function that returns an object makes the same of it when called with new.
  function make(details: unknown, message = words): IpcError {
    const error = new IpcError(code, message, { details });
    Error.captureStackTrace(error, make);
    return error;
  }
  Object.defineProperties(make, {
    name: { value: name },
    [Symbol.hasInstance]: { value: (error: unknown) => isIpcError(error, code) },
  });
  return Object.freeze(Object.assign(make, { code, schema })) as unknown as DeclaredError;
}
