import { CallContext } from './context';
import type { Middleware, Next, Passed } from './middleware';

/** What `next` resolves to; it says no more than that it did. */
const PASSED = Object.freeze({}) as Passed;

/**
 * Runs `rest` within `middleware`, the outermost first, each around those that follow. Resolves to what `rest` gives when
 * all of them have ended.
 */
export async function runWithin<Result>(
  middleware: readonly Middleware[],
  context: CallContext,
  rest: () => Result | Promise<Result>,
): Promise<Result> {
  const [wrap, ...inner] = middleware;
  if (!wrap) return rest();
  let result: Promise<Result> | undefined;
  let hasReturned = false;
  const next: Next = <Added extends object>(added?: Added) => {
    if (result) throw new Error(`${nameOf(wrap)} called next twice; a call is served once`);
    if (hasReturned) throw new Error(`${nameOf(wrap)} called next after it had returned; await what it waits for`);
    if (added) addTo(context, added, wrap);
    result = runWithin(inner, context, rest);
    const passed = result.then(() => PASSED as Passed<Added>);
    // A middleware may look away; that the rest has failed is said below.
    passed.catch(() => undefined);
    return passed;
  };
  try {
    await wrap(context, next);
  } finally {
    hasReturned = true;
  }
  if (!result) throw new Error(`${nameOf(wrap)} neither called next nor threw; it has to do one of them`);
  return result;
}

function addTo(context: CallContext, added: object, wrap: Middleware): void {
  const taken = Object.keys(added).find((name) => name in CallContext.prototype);
  if (taken !== undefined) {
    throw new TypeError(`${nameOf(wrap)} adds ${taken}, which every context has; choose another name`);
  }
  Object.assign(context, added);
}

function nameOf({ name }: Middleware): string {
  return name === '' ? 'a middleware' : `middleware ${name}`;
}
