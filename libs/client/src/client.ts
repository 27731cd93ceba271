import {
  createRequestSerializer,
  MessageFault,
  parseReply,
  requestHead,
  type FrameFault,
  type IpcError,
  type ReplyEnvelope,
} from '@pixl-ipc/protocol';
import { CallIds } from './calls/call-ids';
import { PendingCall, PendingCalls, type Settle } from './calls/pending-calls';
import type { Connection } from './connection/connection';
import { Connector } from './connector/connector';
import * as localError from './local-error';
import type { ClientNotice, NoticeListener } from './notice';
import { resolveClientOptions, type ClientOptions, type ResolvedClientOptions } from './options';
import { remoteErrorOf } from './remote-error';

/** What one call may say for itself. */
export interface CallOptions {
  /** How long to wait for the reply, in milliseconds; 0 for ever. Default `requestTimeoutMs`. */
  readonly timeoutMs?: number;
}

/** {@link CallOptions} of a call whose outcome is taken as it comes. */
export interface StartOptions extends CallOptions {
  readonly settle: Settle;
}

/** How many characters of an unreadable reply are looked at to find whose it is. */
const HEAD_CHARS = 1_024;
const NEWLINE_BYTES = 1;

/**
 * A client of one server: many calls in flight over one connection, which is opened anew when it is lost.
 *
 * Every call settles exactly once: with its reply, an error reply, a local error, at its deadline (at most 100 ms late),
 * when the connection is lost, or at `close()`. A call that finds no connection open fails at once; nothing is queued.
 *
 * @see docs/protocol.md#version-1
 */
export class Client {
  readonly #options: ResolvedClientOptions;
  readonly #notify: NoticeListener;
  readonly #connector: Connector;
  readonly #calls: PendingCalls;
  readonly #ids: CallIds;
  readonly #serialize: ReturnType<typeof createRequestSerializer>;

  /** @throws TypeError naming every wrong option */
  constructor(options: ClientOptions, notify: NoticeListener = () => undefined) {
    this.#options = resolveClientOptions(options);
    this.#notify = notify;
    this.#calls = new PendingCalls(this.#options.clock);
    this.#ids = new CallIds(this.#options.idPrefix);
    this.#serialize = createRequestSerializer({ pid: process.pid, userAgent: this.#options.userAgent });
    this.#connector = new Connector(this.#options, {
      onOpen: () => this.#tell({ kind: 'opened' }),
      onFrame: (text) => this.#onFrame(text),
      onFault: (fault) => this.#onUnreadable(fault.code, fault.message, fault.head),
      onLost: (connection, error, rest) => this.#onLost(connection, error, rest),
      onFailed: (error) => this.#tell({ kind: 'connect_failed', error }),
      onRetry: (delayMs) => this.#tell({ kind: 'retry', delayMs }),
    });
  }

  /** Whether a call would find a connection. */
  get isOpen(): boolean {
    return this.#connector.connection !== undefined;
  }

  /** Calls in flight. */
  get pendingCalls(): number {
    return this.#calls.size;
  }

  /**
   * Resolves when a connection is open, at once where one is. A failed attempt is repeated only by the next `connect()`;
   * once it was open, a lost connection is replaced until `close()`.
   *
   * @throws unavailable if the attempt fails or `close()` is called meanwhile
   */
  connect(): Promise<void> {
    return this.#connector.connect();
  }

  /**
   * Calls the endpoint at `uri`. Resolves to the reply's data, undefined where it has none.
   *
   * @throws the server's code, with origin `remote`, if it answers with an error; else with origin `local`:
   *   unavailable if no connection is open or it is lost, deadline_exceeded if no reply comes in time,
   *   message_too_large if request or reply is over `maxFrameBytes`, resource_exhausted over `maxPending`,
   *   invalid_argument if `data` cannot be serialised, parse_error if the reply cannot be read
   */
  call(uri: string, data: unknown, options: CallOptions = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle: Settle = (error, reply) => {
        const failure = error ?? (reply && remoteErrorOf(reply));
        if (failure) reject(failure);
        else resolve(reply?.data);
      };
      this.start(uri, data, { ...options, settle });
    });
  }

  /** {@link call} without a promise: `settle` gets the whole reply, error replies as they came. */
  start(uri: string, data: unknown, { settle, timeoutMs = this.#options.requestTimeoutMs }: StartOptions): void {
    const refused = this.#send(new PendingCall(uri, timeoutMs, settle), data);
    if (refused) process.nextTick(settle, refused, undefined);
  }

  /**
   * Sends what was sent to the end, ends the connection and stops reconnecting. Calls in flight fail at once.
   * Resolves when no socket and no timer is left. `connect()` may begin anew.
   */
  close(): Promise<void> {
    const connection = this.#connector.connection;
    const closed = this.#connector.close();
    if (connection) this.#failAll(connection, localError.closedHere());
    return closed;
  }

  /** Sends a call's request, or says why not: then nothing was sent and nothing is pending. */
  #send(call: PendingCall, data: unknown): IpcError | undefined {
    const { socketPath, maxPending, maxBufferedBytes, maxFrameBytes } = this.#options;
    const { connection } = this.#connector;
    if (!connection) return localError.notOpen(socketPath);
    if (this.#calls.size >= maxPending) return localError.tooManyCalls(maxPending);
    const { bufferedBytes } = connection;
    if (bufferedBytes > maxBufferedBytes) return localError.tooMuchBuffered(bufferedBytes, maxBufferedBytes);

    call.id = this.#ids.next();
    let frame: string;
    try {
      frame = this.#serialize(call.id, call.uri, data);
    } catch (error) {
      return localError.notSerializable(error);
    }
    // A character is 1 to 3 bytes: most frames need no counting.
    if (frame.length * 3 > maxFrameBytes) {
      const bytes = Buffer.byteLength(frame) - NEWLINE_BYTES;
      if (bytes > maxFrameBytes) return localError.requestTooLarge(bytes, maxFrameBytes);
    }
    // A `toJSON` among the data may have closed the client.
    if (connection !== this.#connector.connection) return localError.notOpen(socketPath);
    this.#calls.add(call);
    call.frame = connection.send(frame);
    return undefined;
  }

  #onFrame(text: string): void {
    const reply = parseReply(text, this.#options.maxJsonDepth);
    if (reply instanceof MessageFault) this.#onUnreadable('parse_error', reply.message, text.slice(0, HEAD_CHARS));
    else this.#onReply(reply);
  }

  #onReply(reply: ReplyEnvelope): void {
    const { id } = reply;
    if (typeof id === 'string' && this.#calls.reply(id, reply)) return;
    if (id === null) this.#tell({ kind: 'push', reply });
    else this.#tell({ kind: this.#ids.wasGiven(id) ? 'late' : 'unmatched', reply });
  }

  /** A reply that cannot be read ends its call now rather than at its deadline, if its beginning shows whose it is. */
  #onUnreadable(code: FrameFault['code'], message: string, head: string): void {
    const error = localError.unreadableReply(code, message);
    const { id } = requestHead(head);
    if (typeof id === 'string' && this.#calls.fail(id, error)) return;
    this.#tell({ kind: 'unreadable', error });
  }

  #onLost(connection: Connection, error: IpcError, rest: string | undefined): void {
    // The server's last word, where it left out nothing but the line's end.
    const last = rest === undefined ? undefined : parseReply(rest, this.#options.maxJsonDepth);
    if (last && !(last instanceof MessageFault)) this.#onReply(last);
    this.#tell({ kind: 'lost', error, pendingCalls: this.#calls.size });
    this.#failAll(connection, error);
  }

  #failAll(connection: Connection, error: IpcError): void {
    const outcomes = {
      left: localError.forCall(error, { sent: true }),
      kept: localError.forCall(error, { sent: false }),
    };
    this.#calls.failAll(({ frame }) => (connection.mayHaveLeft(frame) ? outcomes.left : outcomes.kept));
  }

  #tell(notice: ClientNotice): void {
    try {
      this.#notify(notice);
    } catch (thrown) {
      process.nextTick(() => {
        throw thrown;
      });
    }
  }
}
