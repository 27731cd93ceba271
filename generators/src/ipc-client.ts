import { Version1Client, type ClientNotice } from '@pixl-ipc/client';
import type { IpcError, Message, ReplyEnvelope } from '@pixl-ipc/protocol';
import { EventEmitter } from 'node:events';
import { originalCodeOf } from './ipc-client-errors';
import { isServerError, logFailure, logNotice, ServerRemarks } from './ipc-client-log';
import {
  readOptions,
  requestTimeoutOf,
  truly,
  type IPCClientOptions,
  type IPCLogger,
  type MessageTransform,
} from './ipc-client-options';

/** What `connect` and `close` call back. */
export type DoneCallback = (err?: string) => void;
/** What `send` calls back: one of the error strings or what a transform made an error, else null and the data. */
export type SendCallback = (err: unknown, data?: unknown) => void;

const OPEN_STREAM = Object.freeze({});

/**
 * The original pixl-ipc's client, over `@pixl-ipc/client`. Extend it freely: nothing here calls a public method behind
 * a subclass's back, save `codeToErr`, `logStats`, `logDebug` and `logError`, which are there to be overridden.
 *
 * Errors are the original's strings, in callbacks and as what promises reject with: `ipc_socket_err`,
 * `no_open_stream`, `request_timeout`, `message_too_large`. Each is logged once. Every request settles once, at the
 * latest when its connection ends or `close()` is called.
 *
 * Event `'data'`: a message from the server that answers no request.
 */
export class IPCClient extends EventEmitter {
  readonly path: string;
  logger: IPCLogger | null;
  /** Milliseconds that a request waits. May be changed at any time; set to 0 here, later requests wait for ever. */
  requestTimeout: number;
  messageTransform: MessageTransform | null;

  readonly #client: Version1Client;
  readonly #remarks = new ServerRemarks(this, () => performance.now());
  readonly #statsIntervalMs: number;
  #statsTimer: NodeJS.Timeout | undefined;
  #stats = { requests: 0, replies: 0, errors: 0, connects: 0, since: Date.now() };

  /** @throws TypeError naming every option that is wrong */
  constructor(path: string, logger: IPCLogger | false | null = null, options: IPCClientOptions | null = {}) {
    super();
    const { own, library } = readOptions(path, options);
    this.path = path;
    this.logger = truly(logger) ?? null;
    this.requestTimeout = own.requestTimeout;
    this.messageTransform = own.messageTransform ?? (own.codeToErr ? (message) => this.codeToErr(message) : null);
    this.#statsIntervalMs = own.logStatsInterval;
    this.#client = new Version1Client(library, (notice) => this.#onNotice(notice));
  }

  /** Requests in flight. */
  get requestCount(): number {
    return this.#client.pendingCalls;
  }

  /** Truthy while a connection is open, else null: what the original's users test. It has nothing to call. */
  get stream(): object | null {
    return this.#client.isOpen ? OPEN_STREAM : null;
  }

  /**
   * Connects, or calls back at once where a connection is open. A failed attempt is not repeated; a connection that is
   * lost later is replaced by itself.
   */
  connect(callback?: null): Promise<void>;
  connect(callback: DoneCallback): void;
  connect(callback?: DoneCallback | null): Promise<void> | undefined;
  connect(callback?: DoneCallback | null): Promise<void> | undefined {
    if (!callback) return promised((done) => this.#connect(done)) as Promise<void>;
    this.#connect(callback);
    return undefined;
  }

  /**
   * Sends a request. Its reply's `data` is called back or resolved to, unless `messageTransform` says otherwise; an
   * error reply of the server is data as well, as in the original, unless `codeToErr` is set.
   * Fails with `no_open_stream` where no connection is open; nothing is queued while one is made anew.
   */
  send(uri: string, data?: unknown, callback?: null): Promise<unknown>;
  send(uri: string, data: unknown, callback: SendCallback): void;
  send(uri: string, data?: unknown, callback?: SendCallback | null): Promise<unknown> | undefined;
  send(uri: string, data?: unknown, callback?: SendCallback | null): Promise<unknown> | undefined {
    if (!callback) return promised((done) => this.#send(uri, data, done));
    this.#send(uri, data, callback);
    return undefined;
  }

  /** Closes the connection and stops reconnecting. Requests in flight fail with `no_open_stream`. */
  close(callback?: null): Promise<void>;
  close(callback: DoneCallback): void;
  close(callback?: DoneCallback | null): Promise<void> | undefined;
  close(callback?: DoneCallback | null): Promise<void> | undefined {
    if (!callback) return promised((done) => this.#close(done)) as Promise<void>;
    this.#close(callback);
    return undefined;
  }

  /** A message with a truthy `code` is the error itself, or else its data where that has one. */
  codeToErr(message: Message): readonly [err: unknown, data: unknown] {
    const { code, data } = message;
    if (code) return [message, data];
    if (typeof data === 'object' && data !== null && 'code' in data && data.code) return [data, data];
    return [null, data];
  }

  /** Writes a debug line 'PixlIPC Stats' with what happened since the last one. */
  logStats(): void {
    const { since, ...counts } = this.#stats;
    this.logDebug(5, 'PixlIPC Stats', { ...counts, pending: this.requestCount, duration: Date.now() - since });
    this.#stats = { requests: 0, replies: 0, errors: 0, connects: 0, since: Date.now() };
  }

  logDebug(level: number, message: string, data: unknown = ''): void {
    this.logger?.debug(level, message, data);
  }

  logError(code: string, message: string, data?: unknown): void {
    this.logger?.error(code, message, data);
  }

  #connect(callback: DoneCallback): void {
    // By way of nextTick: what a callback throws is an uncaught exception, as it was, and no rejected promise.
    this.#client.connect().then(
      () => process.nextTick(callback),
      (error: unknown) => process.nextTick(callback, originalCodeOf(error as IpcError)),
    );
  }

  #send(uri: string, data: unknown, callback: SendCallback): void {
    this.#stats.requests++;
    this.#client.start(uri, data, {
      timeoutMs: requestTimeoutOf(this.requestTimeout),
      settle: (error, reply) => {
        if (error) this.#onFailed(uri, error, callback);
        else if (reply) this.#onReplied(reply, callback);
      },
    });
  }

  #close(callback: DoneCallback): void {
    clearInterval(this.#statsTimer);
    this.#statsTimer = undefined;
    this.#remarks.close();
    const inFlight = this.requestCount;
    if (inFlight > 0) this.logError('no_open_stream', `Client closed with ${inFlight} requests in flight`);
    void this.#client.close().then(() => process.nextTick(callback));
  }

  #onReplied({ data, message }: ReplyEnvelope, callback: SendCallback): void {
    this.#stats.replies++;
    if (this.messageTransform) callback(...this.#transformed(this.messageTransform, message));
    else callback(null, data);
  }

  #transformed(transform: MessageTransform, message: Message): readonly [err: unknown, data: unknown] {
    try {
      const [err, data] = transform.call(this, message);
      return [err, data];
    } catch (error) {
      this.logError('stream_err', `messageTransform failed: ${String(error)}`, error);
      return [error, undefined];
    }
  }

  #onFailed(uri: string, error: IpcError, callback: SendCallback): void {
    this.#stats.errors++;
    try {
      logFailure(this, uri, error);
    } finally {
      callback(originalCodeOf(error));
    }
  }

  #onNotice(notice: ClientNotice): void {
    if (notice.kind === 'opened') this.#onOpened();
    logNotice(this, this.#remarks, notice);
    if (notice.kind === 'push' && !isServerError(notice.reply)) this.emit('data', notice.reply.message);
  }

  #onOpened(): void {
    this.#stats.connects++;
    if (this.#statsIntervalMs <= 0) return;
    this.#statsTimer ??= setInterval(() => this.logStats(), this.#statsIntervalMs).unref();
  }
}

function promised(start: (callback: SendCallback) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    start((err, data) => {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- the original's errors are strings
      if (err) reject(err);
      else resolve(data);
    });
  });
}
