import type { FrameFault, IpcError } from '@pixl-ipc/protocol';
import type { Timer } from '../clock';
import { Connection } from '../connection/connection';
import { closedHere, connectFailed, connectionLost } from '../local-error';
import type { ResolvedClientOptions } from '../options';
import { Backoff } from './backoff';

/** What a connector tells its owner. None may throw. */
export interface ConnectorEvents {
  readonly onOpen: () => void;
  readonly onFrame: (text: string) => void;
  readonly onFault: (fault: FrameFault) => void;
  /** The open connection ended, and not by `close()`. `rest` is a last line without its end. */
  readonly onLost: (connection: Connection, error: IpcError, rest: string | undefined) => void;
  /** An attempt failed. */
  readonly onFailed: (error: IpcError) => void;
  /** The next attempt is made after `delayMs`. */
  readonly onRetry: (delayMs: number) => void;
}

/** Ceiling of the random delay before a full backlog is tried again: a server that is well empties it within that. */
const BUSY_MS = 20;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: IpcError) => void;
}

/**
 * Keeps a client connected: at most one connection at a time, and once it was open a new one whenever it is lost, until
 * `close()`. A first attempt that fails is not repeated: whoever called `connect()` knows and decides.
 */
export class Connector {
  readonly #options: ResolvedClientOptions;
  readonly #events: ConnectorEvents;
  readonly #backoff: Backoff;
  #open: Connection | undefined;
  #openedAt = 0;
  #attempt: Connection | undefined;
  /** When the server's backlog was first found full; undefined where it was not. */
  #busySince: number | undefined;
  #retry: Timer | undefined;
  /** Whether a lost connection is replaced. */
  #wanted = false;
  #waiters: Waiter[] = [];
  readonly #closing = new Set<Promise<void>>();

  constructor(options: ResolvedClientOptions, events: ConnectorEvents) {
    this.#options = options;
    this.#events = events;
    const { reconnectInitialMs: initialMs, reconnectMaxMs: maxMs, random } = options;
    this.#backoff = new Backoff({ initialMs, maxMs, random });
  }

  /** The connection to send on; undefined where none is open. */
  get connection(): Connection | undefined {
    return this.#open;
  }

  /**
   * Resolves when a connection is open. Joins an attempt that is under way, and does not wait for a later one.
   *
   * @throws unavailable if the attempt fails or `close()` is called meanwhile
   */
  connect(): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (!this.#attempt && this.#busySince === undefined) this.#dial();
    });
  }

  /** Ends the connection and all attempts. Resolves when no socket and no timer is left. `connect()` may begin anew. */
  async close(): Promise<void> {
    this.#wanted = false;
    this.#busySince = undefined;
    this.#cancelRetry();
    const connection = this.#open ?? this.#attempt;
    this.#open = this.#attempt = undefined;
    this.#backoff.reset();
    if (connection) this.#end(connection);
    this.#settleWaiters(closedHere());
    await Promise.all(this.#closing);
  }

  #dial(): void {
    this.#cancelRetry();
    const attempt = new Connection(this.#options, {
      onOpen: () => this.#onOpen(attempt),
      onFrame: this.#events.onFrame,
      onFault: this.#events.onFault,
      onGone: (cause, rest) => {
        if (attempt === this.#open) this.#onLost(attempt, cause, rest);
        else this.#onFailed(cause);
      },
    });
    this.#attempt = attempt;
  }

  #onOpen(connection: Connection): void {
    this.#attempt = this.#busySince = undefined;
    this.#open = connection;
    this.#openedAt = this.#options.clock.now();
    this.#wanted = this.#options.reconnectInitialMs > 0;
    this.#settleWaiters(undefined);
    this.#events.onOpen();
  }

  #onFailed(cause: NodeJS.ErrnoException | undefined): void {
    this.#attempt = undefined;
    if (cause?.code === 'EAGAIN' && this.#isWorthWaiting()) return;
    this.#busySince = undefined;
    const error = connectFailed(this.#options.socketPath, cause);
    this.#settleWaiters(error);
    this.#events.onFailed(error);
    this.#retryLater();
  }

  /** The server is there and has not let in those before us: knocks again soon, unless that went on for too long. */
  #isWorthWaiting(): boolean {
    const { clock, connectTimeoutMs, random } = this.#options;
    this.#busySince ??= clock.now();
    if (clock.now() - this.#busySince >= connectTimeoutMs) return false;
    this.#dialAfter(random() * BUSY_MS);
    return true;
  }

  #onLost(connection: Connection, cause: NodeJS.ErrnoException | undefined, rest: string | undefined): void {
    this.#open = undefined;
    // One that broke soon after it opened is no sign that the server is well again.
    if (this.#options.clock.now() - this.#openedAt >= this.#options.reconnectMaxMs) this.#backoff.reset();
    this.#events.onLost(connection, connectionLost(this.#options.socketPath, cause), rest);
    this.#retryLater();
  }

  /** Unless what the owner did meanwhile made it needless. */
  #retryLater(): void {
    if (!this.#wanted || this.#open || this.#attempt || this.#retry) return;
    const delayMs = this.#backoff.next();
    this.#dialAfter(delayMs);
    this.#events.onRetry(delayMs);
  }

  #dialAfter(delayMs: number): void {
    this.#retry = this.#options.clock.after(delayMs, () => {
      this.#retry = undefined;
      this.#dial();
    });
  }

  #cancelRetry(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
  }

  #end(connection: Connection): void {
    const ended = new Promise<void>((resolve) => {
      const giveUp = this.#options.clock.after(this.#options.closeTimeoutMs, () => connection.destroy());
      connection.close(() => {
        giveUp.cancel();
        resolve();
      });
    });
    this.#closing.add(ended);
    void ended.then(() => this.#closing.delete(ended));
  }

  #settleWaiters(error: IpcError | undefined): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { resolve, reject } of waiters) {
      if (error) reject(error);
      else resolve();
    }
  }
}
