import type { AnyEndpoint, RequestData, ResponseInput } from '@pixl-ipc/contract';
import type { Context } from './context';
import type { Middleware } from './middleware';

/**
 * What serves an endpoint. It is given the output of the request's schema and returns the input of the response's, or a
 * promise of it. That of a streaming endpoint returns an async iterable of such, as an async generator does.
 *
 * To fail a call it throws: `new contract.errors.soldOut({…})`, an IpcError of the protocol's codes, or anything else,
 * of which the caller learns no more than `internal`.
 */
export type Handler<Declared extends AnyEndpoint, Added extends object = object> = Declared['stream'] extends true
  ? (input: RequestData<Declared>, context: Context & Added) => AsyncIterable<ResponseInput<Declared>>
  : (
      input: RequestData<Declared>,
      context: Context & Added,
    ) => ResponseInput<Declared> | Promise<ResponseInput<Declared>>;

/** An endpoint and what serves it, for a server to be given. Immutable; the same one may be given to several. */
export interface EndpointHandler<Declared extends AnyEndpoint = AnyEndpoint> {
  readonly contract: Declared;
  /** Wraps the handler, the outermost first. */
  readonly middleware: readonly Middleware[];
  /** Types stand in the contract: a server checks what it passes and what it gets. */
  readonly handler: (input: never, context: never) => unknown;
}

/** {@link handle}, for handlers that find `Added` in their context. */
export interface HandleFunction<Added extends object = object> {
  <Declared extends AnyEndpoint>(contract: Declared, handler: Handler<Declared, Added>): EndpointHandler<Declared>;
  /** The same, with one more middleware around each handler, inside of those there are. */
  use<More extends object>(wrap: Middleware<Added, More>): HandleFunction<Added & More>;
}

/**
 * Gives an endpoint its handler, typed by the contract.
 *
 * ```ts
 * export default handle(contract, async ({ welcome }, context) => ({ hello: `${welcome} from ${context.claimedPid}` }));
 *
 * const handleForAdmins = handle.use(async (context, next) => next({ admin: await adminOf(context.peer) }));
 * export default handleForAdmins(contract, (input, { admin }) => …);
 * ```
 *
 * @throws TypeError if `contract` is no endpoint or `handler` no function
 * @see docs/guides/server.md
 */
export const handle: HandleFunction = handleThrough([]);

function handleThrough<Added extends object>(middleware: readonly Middleware[]): HandleFunction<Added> {
  const bind = <Declared extends AnyEndpoint>(
    contract: Declared,
    handler: Handler<Declared, Added>,
  ): EndpointHandler<Declared> => {
    assertParts(contract, handler);
    return Object.freeze({ contract, middleware, handler: handler as EndpointHandler['handler'] });
  };
  const use = <More extends object>(wrap: Middleware<Added, More>): HandleFunction<Added & More> => {
    if (typeof wrap !== 'function') throw new TypeError('handle.use: give a function (context, next) => …');
    // What it needs, those before it have added.
    return handleThrough<Added & More>(Object.freeze([...middleware, wrap as unknown as Middleware]));
  };
  return Object.freeze(Object.assign(bind, { use }));
}

function assertParts(contract: unknown, handler: unknown): void {
  if (typeof contract !== 'object' || contract === null || !('request' in contract)) {
    throw new TypeError(
      'handle: the first argument is no contract; give what endpoint() of @pixl-ipc/contract returns',
    );
  }
  if (typeof handler !== 'function') {
    throw new TypeError(`handle: the handler is ${typeof handler}; give a function (input, context) => …`);
  }
}
