import {
  type CallTrace,
  IpcError,
  printableText,
  serializeError,
  serializeItem,
  serializeReply,
  toWireError,
  type DeadlineEntry,
  type ErrorCode,
  type RequestEnvelope,
  type ServerCallEvent,
  type WireError,
} from '@pixl-ipc/protocol';
import type { Connection } from '../connection/connection';
import type { ServerLog } from '../options';
import type { Handle, Route } from '../router/router';
import { ABANDONED, type EndpointStats } from '../stats/endpoint-stats';
import { CallStream, type ItemCheck } from './call-stream';
import type { Expiring } from './deadline-timer';
import type { Dispatcher } from './dispatcher';
import { thrownText } from './thrown-text';

/** What a call is made of. */
export interface CallParts {
  readonly request: RequestEnvelope;
  readonly connection: Connection;
  readonly route: Route;
  /** Where it is counted. */
  readonly stats: EndpointStats;
  /** Bytes of the request's frame, held against the budget while it runs. */
  readonly bytes: number;
  /** When the request was read, on the dispatcher's clock: a caller's `timeout` counts from here. */
  readonly receivedAt: number;
  /** When it was taken up, which is later where it had to wait. */
  readonly startedAt: number;
  /** How many items of a stream may be sent. */
  readonly credit: number;
}

const ANSWERED: WireError = Object.freeze({ code: 'cancelled', message: 'The call has its answer already' });

/**
 * One request on its way through a handler. Settles exactly once: the first of {@link reply}, {@link fail}, its deadline,
 * its caller's {@link cancel} and the loss of its connection; whatever comes later is dropped.
 */
export class Call implements Expiring, CallParts {
  deadlineSlot = -1;
  deadlineNext: DeadlineEntry | undefined;
  deadlinePrevious: DeadlineEntry | undefined;

  readonly request: RequestEnvelope;
  readonly connection: Connection;
  readonly route: Route;
  readonly stats: EndpointStats;
  readonly bytes: number;
  readonly receivedAt: number;
  readonly startedAt: number;
  credit: number;
  /** What its connection finds it by, kept by who looks calls up; undefined for one that is answered at once. */
  openAs: string | number | Call | undefined;
  /** Why the handler may never answer, for the log line that says it did not in time. */
  timeoutHint: string | undefined;
  /** Tells those who watch calls; undefined while nobody does. */
  trace: CallTrace<ServerCallEvent> | undefined;
  readonly #dispatcher: Dispatcher;
  #state: 'running' | 'answered' | 'ended' = 'running';
  /** Why nobody waits for the reply any more. */
  #endedBy: WireError = ANSWERED;
  #repliedTwice = false;
  #abort: AbortController | undefined;
  #stream: CallStream | undefined;
  /** When its caller said that its time is over, be it sooner than it seems here. */
  #expiredAt = Infinity;
  /** When it began to stand still: its start, its last item, or the last sign of its reader. */
  #stillSince: number;

  constructor(dispatcher: Dispatcher, parts: CallParts) {
    this.deadlineNext = this.deadlinePrevious = this.openAs = undefined;
    this.#dispatcher = dispatcher;
    this.request = parts.request;
    this.connection = parts.connection;
    this.route = parts.route;
    this.stats = parts.stats;
    this.bytes = parts.bytes;
    this.receivedAt = parts.receivedAt;
    this.startedAt = this.#stillSince = parts.startedAt;
    this.credit = parts.credit;
  }

  /** Whether the call has ended, however. */
  get settled(): boolean {
    return this.#state !== 'running';
  }

  /** @throws IpcError that says why the call has ended, where it has */
  throwIfSettled(): void {
    if (this.settled) throw this.#endReason();
  }

  /**
   * Aborts when nobody waits for the reply any more: cancelled by the caller, deadline, lost connection, end of the drain.
   * Its reason is an {@link IpcError} that says which. Made when it is first asked for.
   */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.settled) this.#abort.abort(this.#endReason());
    return this.#abort.signal;
  }

  /** The instant, on the dispatcher's clock, at which the caller waits no more; Infinity where it did not say. */
  get callerDeadline(): number {
    return Math.min(this.receivedAt + (this.request.terms.timeoutMs ?? Infinity), this.#expiredAt);
  }

  /** The instant at which the call ends unless something happens: its caller's deadline, or `request_timeout`. */
  get dueAt(): number {
    const { requestTimeoutMs } = this.#dispatcher.limits;
    return Math.min(this.callerDeadline, requestTimeoutMs === 0 ? Infinity : this.#stillSince + requestTimeoutMs);
  }

  /** Answers with `data`. Data that cannot be serialised, or is too large, becomes an error for the caller and a log line. */
  reply(data: unknown): void {
    if (this.#isTooLate()) return;
    const frame = this.#serialize(data);
    if (frame !== undefined) this.#send(frame);
  }

  /**
   * Sends what `items` yields as items of a stream, while the caller's credit lasts and it reads; only for a request with
   * `more`. Nothing is asked of `items` before it can be sent. Resolves when there are no more, which {@link reply} then
   * tells the caller; rejects with what `items` or `check` throws, or with why the call has ended. Where it has ended
   * already, `items` is not touched.
   */
  stream(items: AsyncIterable<unknown>, check?: ItemCheck): Promise<void> {
    if (this.settled) return Promise.reject(this.#endReason());
    this.#stream = new CallStream(this, items, check);
    return this.#stream.finished;
  }

  /** Sends one item of a stream. One that cannot be sent ends the call with an error. */
  sendItem(seq: number, data: unknown): void {
    if (this.#isTooLate()) return;
    const frame = this.#serialize(data, seq);
    // What is serialised may run code of the handler's, and that may end the call.
    if (frame === undefined || this.settled) return;
    this.credit--;
    this.#stillSince = this.#dispatcher.now();
    this.#write(frame);
  }

  /** The caller allows `n` more items of a stream. */
  grant(n: number): void {
    this.credit += n;
    this.#stillSince = this.#dispatcher.now();
    this.#stream?.wake();
  }

  /** When the call ends unless something happens; of a stream, when its caller waits no more. Undefined: never. */
  get deadline(): Date | undefined {
    const instant = this.route.contract?.stream ? this.callerDeadline : this.dueAt;
    return instant === Infinity ? undefined : new Date(Date.now() + instant - this.#dispatcher.now());
  }

  /** What the caller says it is, as much as is of interest; undefined where it is silent. */
  get userAgent(): string | undefined {
    const { userAgent } = this.request.message;
    if (typeof userAgent !== 'string') return undefined;
    const { maxUserAgentBytes } = this.#dispatcher.limits;
    if (userAgent.length * 3 <= maxUserAgentBytes) return userAgent;
    // Whole characters only.
    const { read } = new TextEncoder().encodeInto(userAgent, new Uint8Array(maxUserAgentBytes));
    return userAgent.slice(0, read);
  }

  get log(): ServerLog {
    return this.#dispatcher.log;
  }

  /** Whether what handlers of a contract return is checked before it goes out. */
  get validatesResponses(): boolean {
    return this.#dispatcher.limits.validateResponses;
  }

  /** How many items go out in a row before other work has its turn. */
  get itemsPerTurn(): number {
    return this.#dispatcher.limits.framesPerTurn;
  }

  /**
   * Answers with an error. What a caller may see of it is decided by {@link toWireError}; the log has the whole.
   *
   * @param because Why the caller may see nothing of it, whatever it says of itself.
   */
  fail(error: unknown, because?: string): void {
    const text = (): string => (because === undefined ? thrownText(error) : `${because}: ${thrownText(error)}`);
    if (this.#state === 'answered') this.#log('handler_error', `handler failed after it had replied: ${text()}`);
    if (this.settled) return;
    this.#log('handler_error', text());
    if (this.trace) this.trace.event.error = error;
    const { code, frame } = this.#serializeFailure(() => toWireError(because === undefined ? error : undefined));
    this.#send(frame, code);
  }

  /** The handler has thrown after it returned. Logged even where the call has its answer: nobody else will say it. */
  failLate(error: unknown): void {
    if (this.settled) this.#log('handler_error', thrownText(error));
    else this.fail(error);
  }

  /** Answers with an error that says all there is to say, and needs no log line unless it cannot be sent. */
  refuse(error: WireError): void {
    if (this.#isTooLate()) return;
    const sent = this.#serializeFailure(() => error);
    if (sent.code !== error.code) this.#log('handler_error', `the error ${error.code} is too large, or no text`);
    this.#send(sent.frame, sent.code);
  }

  /** Its time is over: its signal aborts, its caller is told. */
  expire(): void {
    if (this.settled) return;
    const now = this.#dispatcher.now();
    if (this.dueAt > now) {
      // A stream has moved on since.
      this.#dispatcher.expireLater(this);
      return;
    }
    const isStill = this.#stream !== undefined && now < this.callerDeadline;
    const ms = Math.round(now - (isStill ? this.#stillSince : this.startedAt));
    const message = isStill ? `The stream stood still for ${ms} ms` : `The handler did not reply within ${ms} ms`;
    this.#logTimeout(ms, now);
    this.#endAs({ code: 'deadline_exceeded', message });
  }

  /** Its caller says that its time is over. */
  expireNow(): void {
    this.#expiredAt = this.#dispatcher.now();
    this.expire();
  }

  /** The caller wants no reply any more. It gets one all the same, which says so. */
  cancel(): void {
    if (!this.settled) this.#endAs({ code: 'cancelled', message: 'The caller has cancelled the call' });
  }

  /** The caller is gone, or the server is going: nothing can be answered. */
  giveUp(): void {
    if (this.settled) return;
    this.#state = 'ended';
    this.#dispatcher.settled(this, ABANDONED);
    this.#release({ code: 'unavailable', message: 'The connection to the caller is closed' });
  }

  #endAs(error: WireError & { readonly code: ErrorCode }): void {
    this.#sendError(error, 'ended');
    this.#release(error);
  }

  /** Tells the handler that nobody waits for it any more. */
  #release(error: WireError): void {
    this.#endedBy = error;
    // The handler's own code runs now. What it throws must be its call's.
    if (this.#abort) this.#dispatcher.within(this, Call.#abortSignal);
    this.#stream?.stop(this.#endReason());
  }

  static readonly #abortSignal: Handle = (call) => call.#abort?.abort(call.#endReason());

  #endReason(): IpcError {
    return new IpcError(this.#endedBy.code, this.#endedBy.message);
  }

  /** Whether an answer is too late: noted once where it is the handler's second, dropped where nobody waits. */
  #isTooLate(): boolean {
    if (this.#state === 'answered' && !this.#repliedTwice) {
      this.#repliedTwice = true;
      this.#log('replied_twice', 'handler replied more than once; only the first reply was sent');
    }
    return this.settled;
  }

  /** Data → frame; undefined where there is none to send and the caller has been told so. */
  #serialize(data: unknown, seq?: number): string | undefined {
    let frame: string;
    try {
      frame = seq === undefined ? serializeReply(this.request, data) : serializeItem(this.request.id, seq, data);
    } catch (error) {
      this.#log('reply_not_serializable', `handler returned what JSON cannot hold: ${thrownText(error)}`);
      this.#sendError({ code: 'internal', message: 'The reply could not be serialized' });
      return undefined;
    }
    if (!this.#isTooLarge(frame)) return frame;
    const { maxResponseBytes } = this.#dispatcher.limits;
    const message = `reply is ${Buffer.byteLength(frame) - 1} bytes, limit ${maxResponseBytes}; raise max_response_bytes or reply less`;
    this.#log('message_too_large', message);
    this.#sendError({ code: 'message_too_large', message });
    return undefined;
  }

  #isTooLarge(frame: string): boolean {
    const { maxResponseBytes } = this.#dispatcher.limits;
    return frame.length * 3 > maxResponseBytes && Buffer.byteLength(frame) - 1 > maxResponseBytes;
  }

  /** As much of an error as its caller may see, if JSON can hold it and it fits. */
  #serializeFailure(told: () => WireError): { readonly code: string; readonly frame: string } {
    try {
      const error = told();
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

  /** An error of ours. */
  #sendError(error: WireError, state: 'answered' | 'ended' = 'answered'): void {
    this.#send(serializeError(this.request, error), error.code, state);
  }

  #send(frame: string, code?: string, state: 'answered' | 'ended' = 'answered'): void {
    // What is serialised may run code of the handler's, and that may answer.
    if (this.#isTooLate()) return;
    this.#state = state;
    if (code !== undefined) this.#dispatcher.stats.error(code);
    if (!this.request.terms.oneway) this.#write(frame);
    this.#dispatcher.settled(this, code);
    // Where that is not the end of its stream: an item was none, or its handler has something else to say.
    if (state === 'answered') this.#stream?.stop(this.#endReason());
  }

  #write(frame: string): void {
    const bytes = this.connection.send(frame);
    if (bytes > 0) this.stats.sent(bytes);
  }

  #log(code: string, message: string): void {
    const { name } = this.route;
    this.#dispatcher.log.error(code, message, { handler: name, uri: printableText(this.request.uri) });
  }

  #logTimeout(ms: number, now: number): void {
    const data = { handler: this.route.name, uri: printableText(this.request.uri) };
    if (now >= this.callerDeadline) {
      // As often as a caller likes: it is the one to say how long it waits.
      this.connection.faults.log(
        'handler_timeout',
        `handler has not replied within ${ms} ms, its caller's limit`,
        data,
      );
      return;
    }
    const what = this.#stream ? `stream has stood still for ${ms} ms` : `handler has not replied within ${ms} ms`;
    const whose = this.#stream?.holdUp;
    const hint = this.timeoutHint ?? whose ?? 'raise request_timeout or reply sooner';
    this.#dispatcher.log.error('handler_timeout', `${what}; ${hint}`, data);
  }
}
