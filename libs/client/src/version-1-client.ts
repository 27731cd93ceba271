import type { IpcError } from '@pixl-ipc/protocol';
import { CallbackCall, type Settle } from './calls/callback-call';
import { version1Dialect } from './calls/dialect';
import { Switchboard } from './calls/switchboard';
import { wrongCall } from './local-error';
import type { NoticeListener } from './notice';
import { resolveClientOptions, type ClientOptions } from './options';
import { shownValue } from './shown-value';
import { socketDialer } from './transport/socket-dialer';
import { guarded } from './uncaught';

/** How one call of a {@link Version1Client} goes. */
export interface StartOptions {
  readonly settle: Settle;
  /** How long to wait for the reply, in milliseconds; 0 for ever. Default `requestTimeoutMs`. */
  readonly timeoutMs?: number;
}

/**
 * What the original-style client stands on: version 1 of the protocol, calls that fail at once where no connection is
 * open, replies as they came, and a connection that keeps the process alive. Everybody else wants {@link createClient}.
 *
 * @see docs/protocol.md#versions
 */
export class Version1Client {
  readonly #requestTimeoutMs: number;
  readonly #board: Switchboard;

  /** @throws TypeError naming every wrong option */
  constructor(options: ClientOptions, notify: NoticeListener = () => undefined) {
    const settings = resolveClientOptions(options);
    this.#requestTimeoutMs = settings.requestTimeoutMs;
    this.#board = new Switchboard({
      settings,
      dialer: socketDialer({ socketPath: settings.socketPath, holdsProcess: true }),
      dialect: version1Dialect({ pid: process.pid, userAgent: settings.userAgent }),
      waits: false,
      holdsProcess: true,
      tell: guarded(notify),
      onState: () => undefined,
    });
  }

  /** Whether a call would find a connection. */
  get isOpen(): boolean {
    return this.#board.isOpen;
  }

  /** Calls in flight. */
  get pendingCalls(): number {
    return this.#board.size;
  }

  /**
   * Resolves when a connection is open, at once where one is. A failed attempt is repeated only by the next `connect()`;
   * once it was open, a lost connection is replaced until `close()`.
   *
   * @throws unavailable if the attempt fails or `close()` is called meanwhile
   */
  connect(): Promise<void> {
    return this.#board.connect();
  }

  /**
   * Calls the endpoint at `uri`. `settle` gets the whole reply, error replies as they came, or an error with origin
   * `local`: unavailable if no connection is open or it is lost, deadline_exceeded if no reply comes in time,
   * message_too_large if request or reply is over `maxFrameBytes`, resource_exhausted over `maxPending`,
   * invalid_argument if `uri` is no text or `data` cannot be serialised, parse_error if the reply cannot be read.
   */
  start(uri: string, data: unknown, { settle, timeoutMs = this.#requestTimeoutMs }: StartOptions): void {
    const refusal = wrongUri(uri) ?? this.#board.start(new CallbackCall(uri, timeoutMs, settle), data);
    if (refusal) process.nextTick(settle, refusal, undefined);
  }

  /**
   * Sends what was sent to the end, ends the connection and stops reconnecting. Calls in flight fail at once.
   * Resolves when no socket and no timer is left. `connect()` may begin anew.
   */
  close(): Promise<void> {
    return this.#board.close();
  }
}

/** Callers without types may pass anything. */
function wrongUri(uri: unknown): IpcError | undefined {
  return typeof uri === 'string' ? undefined : wrongCall(`uri is ${shownValue(uri)}; give the uri of an endpoint`);
}
