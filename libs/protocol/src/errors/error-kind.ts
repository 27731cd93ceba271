import type { IpcError } from './ipc-error';

/**
 * Which details the errors of a code carry. Empty here: whoever declares error codes adds to it, and {@link isIpcError}
 * then knows the details of a code that is written as a string. Generated clients do so for the codes of their daemon.
 *
 * ```ts
 * declare module '@pixl-ipc/protocol' {
 *   interface IpcErrorDetails { 'orders.sold_out': { readonly left: number } }
 * }
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- only an interface can be added to from outside
export interface IpcErrorDetails {}

/** What stands for all errors of one code, with the type of their details: a contract's `errors.soldOut`, for one. */
export interface IpcErrorKind<Code extends string = string, Details = unknown> {
  readonly code: Code;
  /** Carries the type only; never set. */
  readonly '~details'?: Details;
}

/** An {@link IpcError} whose code, and so the type of its details, is known. */
export type IpcErrorOf<Code extends string, Details> = IpcError & { readonly code: Code; readonly details: Details };
