import {
  jsonText,
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
  readonly #dispatcher: Dispatcher;
  #state: 'running' | 'answered' | 'given up' = 'running';
  #answered = false;
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
    if (!this.#claimAnswer()) return;
    let frame: string;
    try {
      frame = serializeReply(this.request, data);
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
      this.#log('reply_not_serializable', `handler returned what JSON cannot hold: ${reason}`);
      this.#send(
        serializeError(this.request, { code: 'internal', message: 'The reply could not be serialized' }),
        'internal',
      );
      return;
    }
    const { maxResponseBytes } = this.#dispatcher.limits;
    if (frame.length * 3 > maxResponseBytes && Buffer.byteLength(frame) - 1 > maxResponseBytes) {
      const message = `reply is ${Buffer.byteLength(frame) - 1} bytes, limit ${maxResponseBytes}; raise max_response_bytes or reply less`;
      this.#log('message_too_large', message);
      this.#send(serializeError(this.request, { code: 'message_too_large', message }), 'message_too_large');
      return;
    }
    this.#send(frame);
  }

  /** Answers with an error. What a caller may see of it is decided by {@link toWireError}; the log has the whole. */
  fail(error: unknown): void {
    if (!this.#claimAnswer()) return;
    const wire = toWireError(error);
    this.#log('handler_error', describe(error));
    this.#sendError(wire);
  }

  /** The handler has thrown after it returned. Logged even where the call has its answer: nobody else will say it. */
  failLate(error: unknown): void {
    if (this.settled) this.#log('handler_error', describe(error));
    else this.fail(error);
  }

  /** Answers with an error that says all there is to say, and needs no log line. */
  refuse(error: WireError): void {
    if (!this.#claimAnswer()) return;
    this.#sendError(error);
  }

  /** The handler took too long: its signal aborts, its caller is told. */
  expire(): void {
    if (this.settled) return;
    const ms = Math.round(this.#dispatcher.now() - this.startedAt);
    this.#log('handler_timeout', `handler has not replied within ${ms} ms; raise request_timeout or reply sooner`);
    this.#sendError({ code: 'deadline_exceeded', message: `The handler did not reply within ${ms} ms` });
    this.#abort?.abort();
  }

  /** The caller is gone, or the server is going: nothing can be answered. */
  giveUp(): void {
    if (this.settled) return;
    this.#state = 'given up';
    this.#dispatcher.settled(this);
    this.#abort?.abort();
  }

  /** False where an answer is too late: noted once where it is the handler's second, dropped where nobody waits. */
  #claimAnswer(): boolean {
    const second = this.#answered;
    this.#answered = true;
    if (!this.settled) return true;
    if (second && this.#state === 'answered') {
      this.#log('replied_twice', 'handler replied more than once; only the first reply was sent');
    }
    return false;
  }

  #sendError(error: WireError): void {
    let frame: string;
    try {
      frame = serializeError(this.request, error);
    } catch {
      frame = serializeError(this.request, { code: error.code, message: error.message });
    }
    this.#send(frame, error.code);
  }

  #send(frame: string, code?: string): void {
    this.#state = 'answered';
    if (code !== undefined) this.#dispatcher.stats.error(code);
    if (!this.request.oneway) this.connection.send(frame);
    this.#dispatcher.settled(this);
  }

  #log(code: string, message: string): void {
    const { name } = this.route;
    this.#dispatcher.log.error(code, message, { handler: name, uri: printableText(this.request.uri) });
  }
}

/** What a log line says of anything thrown. */
function describe(error: unknown): string {
  if (error instanceof Error) return error.stack ?? String(error);
  if (typeof error === 'string') return error;
  try {
    return jsonText(error) ?? String(error);
  } catch {
    return Object.prototype.toString.call(error);
  }
}
