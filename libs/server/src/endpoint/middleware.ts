import type { Context } from './context';

declare const ADDED: unique symbol;

/** That the rest of a call has succeeded, as only `next` can tell, and what was added to its context. */
export interface Passed<Added extends object = object> {
  readonly [ADDED]: Added;
}

/**
 * Runs the rest of a call: further middleware, the check of the input, the handler, the check of the output; of a stream
 * all of it, to its end. To be called once, before the middleware returns. Where the call has ended meanwhile, by its
 * deadline or its caller, the handler is not started.
 *
 * @param added What handlers and middleware from here on find in their context. Names of the {@link Context} itself are
 * refused.
 * @returns Resolves when the rest has succeeded, and rejects with the error that its caller would get.
 */
export type Next = <Added extends object = object>(
  added?: Added & { readonly [Name in keyof Context]?: never },
) => Promise<Passed<Added>>;

/**
 * Wraps calls of endpoints: who may call, how long it took, where it belongs in a trace. Returns what `next` gave it, or
 * throws, before or after; what it throws is what the caller gets, by the rules for what handlers throw.
 *
 * @typeParam Needs What it finds in the context, added by middleware before it.
 * @typeParam Added What it adds.
 */
export type Middleware<Needs extends object = object, Added extends object = object> = (
  context: Context & Needs,
  next: Next,
) => Passed<Added> | Promise<Passed<Added>>;

/** Types a middleware that stands by itself: what it adds follows from what it passes to `next`. */
export function middleware<Needs extends object = object, Added extends object = object>(
  wrap: Middleware<Needs, Added>,
): Middleware<Needs, Added> {
  return wrap;
}
