import {
  noDeadline,
  printableText,
  serializeError,
  serializeReply,
  toWireError,
  type DeadlineEntry,
  type RequestEnvelope,
  type WireError,
} from '@pixl-ipc/protocol';
import type { Connection } from '../connection/connection';
import type { Route } from '../router/router';
import type { Dispatcher } from './dispatcher';

/** How much of an error's text a log line takes, in UTF-16 units. */
const MAX_DESCRIPTION = 4_096;

/**
 * One request on its way through a handler. Settles exactly once: the first of {@link reply}, {@link fail}, its deadline
 * and the loss of its connection; whatever comes later is dropped.
 */
export class Call implements DeadlineEntry {
  deadlineSlot: number;
  deadlineNext: DeadlineEntry | undefined;
  deadlinePrevious: DeadlineEntry | undefined;

  readonly request: RequestEnvelope;
  readonly connection: Connection;
  readonly route: Route;
  /** Bytes of the request's frame, held against the budget while it runs. */
  readonly bytes: number;
  /** When the request was taken up, on the dispatcher's clock. */
  readonly startedAt: number;
  /** Why the handler may never answer, for the log line that says it did not in time. */
  timeoutHint: string | undefined;
  readonly #dispatcher: Dispatcher;
  #state: 'running' | 'answered' | 'expired' | 'given up' = 'running';
  #repliedTwice = false;
  #abort: AbortController | undefined;

  constructor(
    dispatcher: Dispatcher,
    {
      request,
      connection,
      route,
      bytes,
      startedAt,
    }: Pick<Call, 'request' | 'connection' | 'route' | 'bytes' | 'startedAt'>,
  ) {
    const entry = noDeadline();
    this.deadlineSlot = entry.deadlineSlot;
    this.deadlineNext = this.deadlinePrevious = undefined;
    this.#dispatcher = dispatcher;
    this.request = request;
    this.connection = connection;
    this.route = route;
    this.bytes = bytes;
    this.startedAt = startedAt;
  }

  /** Whether the call has ended, however. */
  get settled(): boolean {
    return this.#state !== 'running';
  }

  /** Aborts when nobody waits for the reply any more: deadline, lost connection, end of the drain. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.settled) this.#abort.abort();
    return this.#abort.signal;
  }

  /** Answers with `data`. Data that cannot be serialised, or is too large, becomes an error for the caller and a log line. */
  reply(data: unknown): void {
    if (this.#isTooLate()) return;
    let frame: string;
    try {
      frame = serializeReply(this.request, data);
    } catch (error) {
      this.#log('reply_not_serializable', `handler returned what JSON cannot hold: ${describe(error)}`);
      this.#sendError({ code: 'internal', message: 'The reply could not be serialized' });
      return;
    }
    if (this.#isTooLarge(frame)) {
      const { maxResponseBytes } = this.#dispatcher.limits;
      const message = `reply is ${Buffer.byteLength(frame) - 1} bytes, limit ${maxResponseBytes}; raise max_response_bytes or reply less`;
      this.#log('message_too_large', message);
      this.#sendError({ code: 'message_too_large', message });
      return;
    }
    this.#send(frame);
  }

  /** Answers with an error. What a caller may see of it is decided by {@link toWireError}; the log has the whole. */
  fail(error: unknown): void {
    if (this.#state === 'answered') {
      this.#log('handler_error', `handler failed after it had replied: ${describe(error)}`);
    }
    if (this.settled) return;
    this.#log('handler_error', describe(error));
    const { code, frame } = this.#serializeFailure(error);
    this.#send(frame, { code });
  }

  /** The handler has thrown after it returned. Logged even where the call has its answer: nobody else will say it. */
  failLate(error: unknown): void {
    if (this.settled) this.#log('handler_error', describe(error));
    else this.fail(error);
  }

  /** Answers with an error that says all there is to say, and needs no log line. */
  refuse(error: WireError): void {
    if (!this.#isTooLate()) this.#sendError(error);
  }

  /** The handler took too long: its signal aborts, its caller is told. */
  expire(): void {
    if (this.settled) return;
    const ms = Math.round(this.#dispatcher.now() - this.startedAt);
    const hint = this.timeoutHint ?? 'raise request_timeout or reply sooner';
    this.#log('handler_timeout', `handler has not replied within ${ms} ms; ${hint}`);
    this.#sendError({ code: 'deadline_exceeded', message: `The handler did not reply within ${ms} ms` }, 'expired');
    this.#abort?.abort();
  }

  /** The caller is gone, or the server is going: nothing can be answered. */
  giveUp(): void {
    if (this.settled) return;
    this.#state = 'given up';
    this.#dispatcher.settled(this);
    this.#abort?.abort();
  }

  /** Whether an answer is too late: noted once where it is the handler's second, dropped where nobody waits. */
  #isTooLate(): boolean {
    if (this.#state === 'answered' && !this.#repliedTwice) {
      this.#repliedTwice = true;
      this.#log('replied_twice', 'handler replied more than once; only the first reply was sent');
    }
    return this.settled;
  }

  #isTooLarge(frame: string): boolean {
    const { maxResponseBytes } = this.#dispatcher.limits;
    return frame.length * 3 > maxResponseBytes && Buffer.byteLength(frame) - 1 > maxResponseBytes;
  }

  /** As much of an error as its caller may see, if JSON can hold it and it fits. */
  #serializeFailure(thrown: unknown): { readonly code: string; readonly frame: string } {
    try {
      const error = toWireError(thrown);
      const frame = this.#serializeError(error);
      if (!this.#isTooLarge(frame)) return { code: error.code, frame };
    } catch {
      // Its texts are none, or cannot even be looked at: what the caller is told of any other error does.
    }
    const error = toWireError(undefined);
    return { code: error.code, frame: serializeError(this.request, error) };
  }

  #serializeError(error: WireError): string {
    try {
      return serializeError(this.request, error);
    } catch {
      return serializeError(this.request, { code: error.code, message: error.message });
    }
  }

  #sendError(error: WireError, state: 'answered' | 'expired' = 'answered'): void {
    this.#send(this.#serializeError(error), { code: error.code, state });
  }

  #send(frame: string, { code, state = 'answered' }: { code?: string; state?: 'answered' | 'expired' } = {}): void {
    // What is serialised may run code of the handler's, and that may answer.
    if (this.#isTooLate()) return;
    this.#state = state;
    if (code !== undefined) this.#dispatcher.stats.error(code);
    if (!this.request.terms.oneway) this.connection.send(frame);
    this.#dispatcher.settled(this);
  }

  #log(code: string, message: string): void {
    const { name } = this.route;
    this.#dispatcher.log.error(code, message, { handler: name, uri: printableText(this.request.uri) });
  }
}

/** What a log line says of anything thrown: its text, which may hold a stranger's, and never an object's content. */
function describe(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return printableText(thrown.stack ?? String(thrown), MAX_DESCRIPTION);
    if (typeof thrown === 'string') return printableText(thrown, MAX_DESCRIPTION);
    return `${Object.prototype.toString.call(thrown)} was thrown; throw an Error to see more`;
  } catch {
    return 'what was thrown cannot be looked at; throw an Error to see more';
  }
}
