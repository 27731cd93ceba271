import { validate, type AnyEndpoint, type Validation } from '@pixl-ipc/contract';
import { IpcError, type WireError } from '@pixl-ipc/protocol';
import type { Call } from '../dispatch/call';
import type { Route } from '../router/router';
import { CallContext } from './context';
import { invalidArgument, OutputFault } from './data-faults';
import type { EndpointHandler } from './handle';
import type { Middleware } from './middleware';
import { runWithin } from './middleware-chain';
import { failureOf, InternalFailure } from './thrown-error';

/**
 * Serves an endpoint of a contract: middleware around input check, handler and output check. Answers in the call itself
 * where all of them do.
 */
export class EndpointRoute implements Omit<Route, 'serves'> {
  readonly name: string;
  readonly contract: AnyEndpoint;
  readonly #middleware: readonly Middleware[];
  readonly #handler: (input: unknown, context: CallContext) => unknown;

  /** @param outer Wraps what wraps the handler already. */
  constructor({ contract, middleware, handler }: EndpointHandler, outer: readonly Middleware[]) {
    this.name = contract.uri;
    this.contract = contract;
    this.#middleware = [...outer, ...middleware];
    this.#handler = handler as (input: unknown, context: CallContext) => unknown;
  }

  readonly handle = (call: Call): void => {
    const context = new CallContext(call);
    try {
      const output =
        this.#middleware.length === 0
          ? this.#serve(call, context)
          : runWithin(this.#middleware, context, () => this.#serve(call, context));
      if (isThenable(output)) void this.#replyLater(call, output);
      else call.reply(output);
    } catch (error) {
      this.#fail(call, error);
    }
  };

  async #replyLater(call: Call, output: PromiseLike<unknown>): Promise<void> {
    try {
      call.reply(await output);
    } catch (error) {
      this.#fail(call, error);
    }
  }

  /** The output to reply with, or a promise of it; of a stream nothing, at its end. */
  #serve(call: Call, context: CallContext): unknown {
    if (this.contract.stream && !call.request.terms.more) throw expectedMore();
    const input = validate(this.contract.request, call.request.message.data);
    return input instanceof Promise
      ? input.then((checked) => this.#invoke(call, context, checked))
      : this.#invoke(call, context, input);
  }

  #invoke(call: Call, context: CallContext, input: Validation<unknown>): unknown {
    // Middleware and checks may take their time; a handler whose caller has gone meanwhile would work for nobody.
    call.throwIfSettled();
    if (input.issues) throw invalidArgument(this.contract, call, input.issues);
    const output = this.#handler(input.value, context);
    const isChecked = call.validatesResponses;
    if (!this.contract.stream) {
      if (!isChecked) return output;
      return isThenable(output) ? this.#checkLater(output) : this.#check(output);
    }
    if (!isAsyncIterable(output)) throw new TypeError(NO_STREAM);
    return call.stream(output, isChecked ? this.#check : undefined);
  }

  async #checkLater(output: PromiseLike<unknown>): Promise<unknown> {
    return this.#check(await output);
  }

  /** Output → what goes out, or a promise of it. */
  readonly #check = (output: unknown): unknown => {
    const checked = validate(this.contract.response, output);
    return checked instanceof Promise ? checked.then(valueOf) : valueOf(checked);
  };

  #fail(call: Call, thrown: unknown): void {
    // Nobody is told any more; that the call has ended is what a stream throws then.
    if (call.settled) return;
    const failure = this.#failureOf(thrown);
    if (failure instanceof Promise) void failure.then((known) => tell(call, known));
    else tell(call, failure);
  }

  #failureOf(thrown: unknown): ReturnType<typeof failureOf> {
    try {
      return failureOf(this.contract, thrown);
    } catch {
      // It cannot even be looked at.
      return new InternalFailure(thrown);
    }
  }
}

const NO_STREAM =
  'the handler of a streaming endpoint returned no async iterable; write it as async function* (…) { … }';

function tell(call: Call, failure: WireError | InternalFailure): void {
  if (failure instanceof InternalFailure) call.fail(failure.thrown, failure.because);
  else call.refuse(failure);
}

function expectedMore(): IpcError {
  return new IpcError('expected_more', 'This endpoint streams its reply: call it as a stream, by version 2 with more');
}

function valueOf(output: Validation<unknown>): unknown {
  if (output.issues) throw new OutputFault(output.issues);
  return output.value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
