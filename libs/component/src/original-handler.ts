import type { Handle } from '@pixl-ipc/server';

/** Answers a request; the first call counts. */
export type Reply = (data?: unknown) => void;

/**
 * A handler of the original's API. `request` is the whole message as the client sent it.
 *
 * It answers by calling `reply`, by returning a value, or by returning a promise, with what that resolves to. Plain
 * `undefined` is no answer: such a handler has yet to call `reply`; a promise of it is one if `request` is declared. One that declares `reply` answers by it alone, as in
 * the original, whatever it returns. To throw, or to return a promise that rejects, fails the call.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in the original: the handler knows what its clients send
export type OriginalHandler = (request: any, reply: Reply) => unknown;

/** A handler of the original's API with what it serves, for a list of endpoints: as `addURIHandler` takes it. */
export interface OriginalEndpoint {
  /** A string means itself; a RegExp every URI that it tests true for. */
  readonly uri: string | RegExp;
  /** What logs and stats call the handler. */
  readonly name: string;
  readonly handle: OriginalHandler;
}

export function isOriginalEndpoint(endpoint: object): endpoint is OriginalEndpoint {
  return 'uri' in endpoint && 'handle' in endpoint;
}

/** A handler of the original's API → one of the server's. */
export function originalHandler(handler: OriginalHandler): Handle {
  const answersByReplyAlone = handler.length >= 2;
  // A wrapper, (...args) => …, declares nothing, and may be async around one that has yet to call reply.
  const promiseOfNothingAnswers = handler.length === 1;
  return (call) => {
    const answer = (data: unknown): void => {
      // What was said through `reply` stands; a value returned beside it is not a second answer.
      if (call.settled) return;
      if (!answersByReplyAlone) call.reply(data);
      else if (data !== undefined) call.timeoutHint = 'it returned a value, but declares reply and has not called it';
    };
    const result = handler(call.request.message, (data) => call.reply(data));
    if (isThenable(result)) {
      // By way of a promise: of what a thenable says, the first word counts.
      Promise.resolve(result).then(
        (data) => {
          if (data !== undefined || promiseOfNothingAnswers) answer(data);
        },
        (error: unknown) => call.fail(error),
      );
    } else if (result !== undefined) answer(result);
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
