import type { EndpointReference } from '@pixl-ipc/contract';
import { DEFAULT_CREDIT, MAX_CREDIT, type IpcError } from '@pixl-ipc/protocol';
import { EventEmitter } from 'node:events';

import { AbortSignals } from './calls/abort-signals';
import type { Call } from './calls/call';
import { version2Dialect } from './calls/dialect';
import type { OutgoingCall, Repeat } from './calls/outgoing-call';
import { InterceptedCall } from './calls/intercepted-call';
import { PromisedCall } from './calls/promised-call';
import { Switchboard } from './calls/switchboard';
import type { ClientState } from './client-state';
import { intercept, type Interceptor, type LastCall, type NextCall } from './interceptor';
import { resolveIpcClientOptions, type IpcClientOptions } from './ipc-client-options';
import type { Clock } from './clock';
import * as localError from './local-error';
import type { ClientNotice } from './notice';
import { shownValue } from './shown-value';
import type { ItemStream } from './stream/item-stream';
import { openStream, type StreamLine } from './stream/open-stream';
import { guarded } from './uncaught';

/** What one call may say for itself. */
export interface CallOptions {
  /**
   * How long the call may take in all, waiting for a connection included, in milliseconds; 0 or Infinity for ever. The
   * server is told what is left of it. Default `requestTimeoutMs`; a stream has none unless it is given one.
   */
  readonly timeoutMs?: number | undefined;
  /** Gives the call up when it aborts: it fails at once with `cancelled`, and the server is told. */
  readonly signal?: AbortSignal | undefined;
  /** Words about the call for the server's middleware, such as `traceparent`; at most 8 KiB as JSON. */
  readonly meta?: Readonly<Record<string, string>> | undefined;
  /**
   * Whether the call is sent again by itself within its time: false never; true also when it may have been executed,
   * which the caller vouches does no harm. Default: when it certainly was not executed, or its contract says `idempotent`.
   */
  readonly retry?: boolean | undefined;
}

/** {@link CallOptions} of a stream. */
export interface StreamOptions extends CallOptions {
  /** How many items may be on their way or wait unread at a time. Default 64. */
  readonly credit?: number | undefined;
}

/** How a client closes. */
export interface CloseOptions {
  /** How long open calls may take to settle, in milliseconds; Infinity: as long as they like. Default 0. */
  readonly drainMs?: number | undefined;
}

/** The events of an {@link IpcClient}: each notice under its kind, and every change of its state. */
export type IpcClientEvents = { [Kind in ClientNotice['kind']]: [notice: Extract<ClientNotice, { kind: Kind }>] } & {
  state: [state: ClientState, previous: ClientState];
};

const NO_OPTIONS: StreamOptions & CloseOptions = Object.freeze({});

/**
 * A client of one server: many calls in flight over one connection, which the first call opens, and which is opened anew
 * when it is lost or its server goes. Calls wait for it within their own time.
 *
 * Every call settles exactly once: with its reply, an error reply, a local error, at its deadline (at most 100 ms late),
 * or at `close()`. The process is kept alive by calls that are open, not by an idle connection.
 *
 * @see docs/guides/client.md
 */
export class IpcClient extends EventEmitter<IpcClientEvents> implements AsyncDisposable {
  readonly #board: Switchboard;
  readonly #interceptors: readonly Interceptor[];
  readonly #requestTimeoutMs: number;
  readonly #exchange: LastCall = (outgoing, of) =>
    new Promise((resolve, reject) => this.#begin(new PromisedCall(outgoing, resolve, reject), outgoing, of));
  readonly #streamLine: StreamLine = {
    run: (outgoing, last, onAdmitted) => this.#run(outgoing, last, onAdmitted),
    begin: (call, outgoing, of) => this.#begin(call, outgoing, of),
    cancel: (call) => this.#cancel(call, undefined),
    grant: (call, items) => this.#board.grant(call, items),
    now: () => this.#clock.now(),
  };
  readonly #signals = new AbortSignals((call, signal) => this.#cancel(call, signal));
  readonly #clock: Clock;

  /** @throws TypeError naming every wrong option */
  constructor(options: IpcClientOptions) {
    super();
    const { settings, dialer, interceptors, newIdPrefix } = resolveIpcClientOptions(options);
    this.#interceptors = interceptors;
    this.#clock = settings.clock;
    this.#requestTimeoutMs = settings.requestTimeoutMs;
    this.#board = new Switchboard({
      settings,
      dialer,
      dialect: version2Dialect({ pid: process.pid, userAgent: settings.userAgent }, newIdPrefix),
      waits: true,
      holdsProcess: false,
      // The types cannot say that a notice goes with its own kind.
      tell: guarded((notice) => void (this as EventEmitter).emit(notice.kind, notice)),
      onState: guarded((state, previous) => void this.emit('state', state, previous)),
    });
  }

  get state(): ClientState {
    return this.#board.state;
  }

  /** Calls whose outcome is still to come, streams among them. */
  get pendingCalls(): number {
    return this.#board.size;
  }

  /**
   * Connects before the first call does, so that a server that is not there is known early. Resolves when a connection is
   * open, at once where one is. Makes one attempt, or joins the one under way.
   *
   * @throws unavailable if the attempt fails or the client is closed, permission_denied if whoever serves is not `expectUid`
   */
  connect(): Promise<void> {
    return this.#board.connect();
  }

  /**
   * Calls an endpoint and resolves to the data of its reply: what a contract declares, unknown for a plain URI, undefined
   * where the reply has none. What `data` holds is settled now, whenever it is sent.
   *
   * @throws the server's code with origin `remote`, if it answers with an error: one that the contract declares, or the
   *   protocol's; a code that is neither is `internal`. Else with origin `local`: unavailable if there is no connection in
   *   time or it is lost, deadline_exceeded if no reply comes in time, cancelled if `signal` aborts,
   *   message_too_large if request or reply is over `maxFrameBytes`, resource_exhausted over `maxPending` or
   *   `maxBufferedBytes`, invalid_argument if an option is wrong or `data` cannot be serialised, parse_error if the reply
   *   cannot be read, permission_denied if whoever serves is not `expectUid`
   */
  call<Request, Response>(
    endpoint: EndpointReference<Request, Response, false>,
    data: NoInfer<Request>,
    options?: CallOptions,
  ): Promise<Response>;
  call(uri: string, data?: unknown, options?: CallOptions): Promise<unknown>;
  call(endpoint: string | EndpointReference, data: unknown, options?: CallOptions): Promise<unknown> {
    return this.#run(this.#outgoing('call', endpoint, data, options));
  }

  /**
   * Sends a message that nobody answers. Resolves when the kernel has taken all of it: it will reach the server unless
   * that dies, and nothing is known of what becomes of it there. `timeoutMs` is for getting so far.
   *
   * @throws as {@link call}, save what only a reply could say
   */
  notify<Request>(
    endpoint: EndpointReference<Request, unknown, false>,
    data: NoInfer<Request>,
    options?: CallOptions,
  ): Promise<void>;
  notify(uri: string, data?: unknown, options?: CallOptions): Promise<void>;
  async notify(endpoint: string | EndpointReference, data: unknown, options?: CallOptions): Promise<void> {
    await this.#run(this.#outgoing('notify', endpoint, data, options));
  }

  /**
   * Calls a streaming endpoint; the request is made when the first item is asked for. The server sends no more than
   * `credit` items ahead of what was read. An endpoint that is no stream gives its one reply.
   *
   * Reading throws as {@link call}; and unavailable if the server speaks version 1, which has no streams.
   */
  stream<Request, Item>(
    endpoint: EndpointReference<Request, Item, true>,
    data: NoInfer<Request>,
    options?: StreamOptions,
  ): ItemStream<Item>;
  stream(uri: string, data?: unknown, options?: StreamOptions): ItemStream<unknown>;
  stream(endpoint: string | EndpointReference, data: unknown, options?: StreamOptions): ItemStream<unknown> {
    return openStream(this.#outgoing('stream', endpoint, data, options), this.#streamLine);
  }

  /**
   * Closes for good. Waits at most `drainMs` for open calls to settle, starting none; without it, and for what is open
   * then, calls fail at once with `unavailable`. What was sent leaves. Resolves when no socket and no timer is left.
   *
   * @throws invalid_argument if `drainMs` is wrong; then nothing is closed
   */
  async close(options: CloseOptions = NO_OPTIONS): Promise<void> {
    const wrong = wrongClose(options);
    if (wrong) throw wrong;
    await this.#board.close(options.drainMs);
  }

  /** {@link close} without waiting: at the end of `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #outgoing(
    kind: OutgoingCall['kind'],
    endpoint: string | EndpointReference,
    data: unknown,
    options: StreamOptions | null = NO_OPTIONS,
  ): OutgoingCall {
    // Null, as whoever calls without types may pass it, is none.
    const { timeoutMs, signal, meta, retry, credit } = options ?? NO_OPTIONS;
    const { uri, hash, idempotent } = referenceOf(endpoint);
    return {
      kind,
      uri,
      data,
      timeoutMs: timeoutMs ?? (kind === 'stream' ? 0 : this.#requestTimeoutMs),
      signal,
      meta,
      repeat: repeatOf(retry, idempotent),
      contract: hash,
      credit: kind === 'stream' ? (credit ?? DEFAULT_CREDIT) : 0,
    };
  }

  #run(outgoing: OutgoingCall, last = this.#exchange, onAdmitted?: (call: Call) => void): Promise<unknown> {
    return this.#interceptors.length === 0 ? last(outgoing) : this.#intercept(outgoing, last, onAdmitted);
  }

  /** The interceptors have the call's time, and no more. */
  #intercept(outgoing: OutgoingCall, last: LastCall, onAdmitted?: (call: Call) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const call = new InterceptedCall(outgoing, reject);
      const { signal } = outgoing;
      const refusal = wrongCall(outgoing) ?? (signal?.aborted ? givenUp(call, signal) : this.#board.admit(call));
      if (refusal) {
        reject(refusal);
        return;
      }
      if (signal) call.watch(signal, this.#signals);
      onAdmitted?.(call);
      const passOn: NextCall = (changed) =>
        call.failure ? Promise.reject(call.failure) : last(call.within(changed, this.#clock.now()), call);
      intercept(this.#interceptors, outgoing, passOn).then(
        (data) => {
          this.#board.release(call);
          resolve(data);
        },
        (error: unknown) => {
          this.#board.release(call);
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- an interceptor may throw anything
          reject(error);
        },
      );
    });
  }

  #begin(call: Call, outgoing: OutgoingCall, of: InterceptedCall | undefined): void {
    call.of = of;
    const { data, signal } = outgoing;
    const refusal = wrongCall(outgoing) ?? (signal?.aborted ? givenUp(call, signal) : this.#board.start(call, data));
    if (refusal) call.settle(refusal, undefined);
    if (!signal || !call.open) return;
    // Data that is serialised may do anything.
    if (signal.aborted) this.#cancel(call, signal);
    else call.watch(signal, this.#signals);
  }

  #cancel(call: Call, signal: AbortSignal | undefined): void {
    this.#board.cancel(call, givenUp(call, signal));
  }
}

/** A client of the server at a socket or behind a transport. Connects when it is first used. @throws TypeError naming every wrong option */
export function createClient(options: IpcClientOptions): IpcClient {
  return new IpcClient(options);
}

function repeatOf(retry: boolean | undefined, idempotent: boolean | undefined): Repeat {
  if (retry === false) return 'never';
  return (retry ?? idempotent) ? 'always' : 'unexecuted';
}

/** Whoever calls without types may pass anything; what is no endpoint has no good uri. */
function referenceOf(endpoint: unknown): EndpointReference {
  const isReference = typeof endpoint === 'object' && endpoint !== null;
  return isReference ? (endpoint as EndpointReference) : { uri: endpoint as string };
}

function givenUp(call: Call, signal: AbortSignal | undefined): IpcError {
  const sent = call.sentBefore || call.channel !== undefined;
  return localError.cancelled(call.uri, { sent, cause: signal?.reason });
}

/** What is wrong with a call as its caller, or an interceptor, made it. */
function wrongCall({ kind, uri, timeoutMs, signal, credit }: OutgoingCall): IpcError | undefined {
  if (typeof uri !== 'string' || uri === '') {
    return localError.wrongCall(`uri is ${shownValue(uri)}; give the uri of an endpoint, or its contract`);
  }
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0)) {
    return localError.wrongCall(`timeoutMs is ${shownValue(timeoutMs)}; give milliseconds, 0 for ever`);
  }
  if (signal && !isAbortSignal(signal)) {
    return localError.wrongCall('signal is no AbortSignal; give the signal of an AbortController');
  }
  if (kind === 'stream' && !(Number.isInteger(credit) && credit >= 1 && credit <= MAX_CREDIT)) {
    return localError.wrongCall(`credit is ${shownValue(credit)}; give a whole number from 1 to ${MAX_CREDIT}`);
  }
  return undefined;
}

/** What is wrong with how a client is to be closed. */
function wrongClose(options: unknown): IpcError | undefined {
  if (typeof options !== 'object' || options === null) {
    return localError.wrongCall(`close() was given ${shownValue(options)}; give { drainMs }, or nothing`);
  }
  const { drainMs }: { drainMs?: unknown } = options;
  if (drainMs === undefined || (typeof drainMs === 'number' && drainMs >= 0)) return undefined;
  return localError.wrongCall(
    `drainMs is ${shownValue(drainMs)}; give milliseconds, Infinity for as long as calls take`,
  );
}

/** By its looks: that of another realm, or of a polyfill, will do. */
function isAbortSignal(signal: unknown): signal is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = Object(signal) as Partial<AbortSignal>;
  return (
    typeof aborted === 'boolean' && typeof addEventListener === 'function' && typeof removeEventListener === 'function'
  );
}
