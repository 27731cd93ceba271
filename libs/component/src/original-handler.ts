import type { Call, Handle } from '@pixl-ipc/server';

/** Answers a request; the first call counts. */
export type Reply = (data?: unknown) => void;

/**
 * A handler of the original's API. `request` is the whole message as the client sent it.
 *
 * It answers in one of three ways: by calling `reply`, by returning a value, or by returning a promise of one. One that
 * declares `reply` is awaited until it calls it, whatever it returns; one that declares `request` alone answers by
 * returning, `undefined` included; one that declares nothing (a wrapper, a mock) answers by either, `undefined` not
 * counting. To throw, or to return a promise that rejects, fails the call.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as in the original: the handler knows what its clients send
export type OriginalHandler = (request: any, reply: Reply) => unknown;

/** A handler of the original's API → one of the server's. */
export function originalHandler(handler: OriginalHandler): Handle {
  const repliesByCallback = handler.length >= 2;
  const undefinedAnswers = handler.length === 1;
  return (call) => {
    const result = handler(call.request.message, (data) => call.reply(data));
    if (isThenable(result)) {
      result.then(
        (data) => answer(call, data, { repliesByCallback, undefinedAnswers }),
        (error: unknown) => call.fail(error),
      );
    } else {
      answer(call, result, { repliesByCallback, undefinedAnswers });
    }
  };
}

function answer(
  call: Call,
  data: unknown,
  { repliesByCallback, undefinedAnswers }: { repliesByCallback: boolean; undefinedAnswers: boolean },
): void {
  // What was said through `reply` stands; a value returned beside it is not a second answer.
  if (repliesByCallback || call.settled) return;
  if (data !== undefined || undefinedAnswers) call.reply(data);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
