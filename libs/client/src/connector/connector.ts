import type { IpcError } from '@pixl-ipc/protocol';
import type { Timer } from '../clock';
import type { Channel } from '../connection/channel';
import { closedHere, connectFailed } from '../local-error';
import type { ClientSettings } from '../options';
import { Backoff } from './backoff';

/** What a connector tells its owner. None may throw. */
export interface ConnectorEvents {
  /** Begins to make a connection, whose `opened` and `gone` the connector must be told. */
  readonly dial: () => Channel;
  readonly onOpen: (channel: Channel) => void;
  /** An attempt failed: {@link Connector.replace} it. */
  readonly onFailed: (error: IpcError) => void;
  /** Whether somebody waits for a connection, so that failing attempts are repeated though none was ever open. */
  readonly isWanted: () => boolean;
  /** {@link Connector.state} may be another one now. */
  readonly onChange: () => void;
}

/** What a connector is made of. */
export interface ConnectorParts {
  /** What errors call the server. */
  readonly describe: string;
  readonly settings: ClientSettings;
  /** Whether waiting for the next attempt keeps the process alive. */
  readonly holdsProcess: boolean;
}

/** Ceiling of the random delay before a full backlog is tried again: a server that is well empties it within that. */
const BUSY_MS = 20;

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: IpcError) => void;
}

/**
 * Keeps a client connected: one connection at a time that new calls use, and once one was open a new one whenever it is
 * lost, until `close()`. Beside it there may be connections whose server is going, until their calls have ended.
 */
export class Connector {
  readonly #parts: ConnectorParts;
  readonly #events: ConnectorEvents;
  readonly #backoff: Backoff;
  #open: Channel | undefined;
  #openedAt = 0;
  #attempt: Channel | undefined;
  /** When the server's backlog was first found full; undefined where it was not. */
  #busySince: number | undefined;
  #retry: Timer | undefined;
  /** Whether that wait is for nobody's sake, and ends when somebody wants a connection. */
  #idleRetry = false;
  /** Whether a connection was open, so that one that is lost is replaced. */
  #wasOpen = false;
  #waiters: Waiter[] = [];
  readonly #leaving = new Set<Channel>();
  readonly #closing = new Set<Promise<void>>();

  constructor(parts: ConnectorParts, events: ConnectorEvents) {
    this.#parts = parts;
    this.#events = events;
    const { reconnectInitialMs: initialMs, reconnectMaxMs: maxMs, random } = parts.settings;
    this.#backoff = new Backoff({ initialMs, maxMs, random });
  }

  /** The connection for new calls; undefined where none is open. */
  get channel(): Channel | undefined {
    return this.#open;
  }

  /** All connections that are open, those whose server is going among them. */
  get channels(): Channel[] {
    return this.#open ? [this.#open, ...this.#leaving] : [...this.#leaving];
  }

  /** Whether failing attempts, and lost connections, are followed by another. */
  get repeats(): boolean {
    return this.#parts.settings.reconnectInitialMs > 0;
  }

  get state(): 'idle' | 'connecting' | 'open' | 'reconnecting' {
    if (this.#open) return 'open';
    if (this.#wasOpen && this.repeats) return 'reconnecting';
    return this.#isTrying || (this.repeats && this.#events.isWanted()) ? 'connecting' : 'idle';
  }

  /**
   * Resolves when a connection is open. Joins an attempt that is under way, and does not wait for a later one.
   *
   * @throws unavailable if the attempt fails or `close()` is called meanwhile, permission_denied if it leads to another
   * server than expected
   */
  connect(): Promise<void> {
    if (this.#open) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
      if (!this.#attempt && this.#busySince === undefined) this.#dial();
    });
  }

  /** Sees to it that a connection is being made; where an attempt has failed, not before the wait after it is over. */
  ensure(): void {
    if (!this.#open && (!this.#isTrying || this.#idleRetry)) this.#dial();
  }

  /**
   * New calls use another connection, which is made when the first of them comes, or after a wait; always after the wait
   * where `channel` has only just come. It ends with the last of its calls, see {@link end}.
   *
   * @returns As {@link replace}.
   */
  retire(channel: Channel): number | undefined {
    if (channel !== this.#open) return undefined;
    const { clock, reconnectInitialMs } = this.#parts.settings;
    const goesAtOnce = clock.now() - this.#openedAt < reconnectInitialMs;
    this.#leaveOpen();
    this.#leaving.add(channel);
    const delayMs = this.replace();
    // Whoever has something to ask need not be spread over time: a new server takes them all in. One that goes as soon as
    // we come may do so without end.
    this.#idleRetry = this.#retry !== undefined && !goesAtOnce;
    return delayMs;
  }

  /** Closes a connection that was retired. Harmless where it is over already. */
  end(channel: Channel): void {
    if (this.#leaving.delete(channel)) this.#end(channel);
  }

  /** Ends all connections and attempts. Resolves when no socket and no timer is left. `connect()` may begin anew. */
  async close(): Promise<void> {
    this.#wasOpen = false;
    this.#busySince = undefined;
    this.#cancelRetry();
    const { channels } = this;
    if (this.#attempt) channels.push(this.#attempt);
    this.#open = this.#attempt = undefined;
    this.#leaving.clear();
    this.#backoff.reset();
    for (const channel of channels) this.#end(channel);
    this.#settleWaiters(closedHere());
    await Promise.all(this.#closing);
  }

  /** A connection is open. */
  opened(channel: Channel): void {
    if (channel !== this.#attempt) return;
    this.#attempt = this.#busySince = undefined;
    this.#open = channel;
    this.#openedAt = this.#parts.settings.clock.now();
    this.#wasOpen = true;
    this.#settleWaiters(undefined);
    this.#events.onChange();
    this.#events.onOpen(channel);
  }

  /** A connection is over. Returns whether it was one, rather than an attempt, of which the owner is told: {@link replace} it. */
  gone(channel: Channel, cause: NodeJS.ErrnoException | undefined): boolean {
    if (channel === this.#attempt) {
      this.#onFailed(cause);
      return false;
    }
    if (channel === this.#open) this.#leaveOpen();
    this.#leaving.delete(channel);
    return true;
  }

  /**
   * Makes a connection in the place of a lost one, or of a failed attempt, after a wait; unless there is one, or it is not
   * wanted. Nobody is told here: whoever is, and asks for a connection, must find the wait begun, or there is none at all.
   *
   * @returns Milliseconds until the next attempt; undefined where none was arranged.
   */
  replace(): number | undefined {
    if (!this.repeats || this.#open || this.#isTrying) return undefined;
    if (!this.#wasOpen && !this.#events.isWanted()) return undefined;
    const delayMs = this.#backoff.next();
    this.#dialAfter(delayMs);
    return delayMs;
  }

  #leaveOpen(): void {
    this.#open = undefined;
    // One that broke soon after it opened is no sign that the server is well again.
    const { clock, reconnectMaxMs } = this.#parts.settings;
    if (clock.now() - this.#openedAt >= reconnectMaxMs) this.#backoff.reset();
  }

  /** Whether a connection is being made, now or after a wait. */
  get #isTrying(): boolean {
    return this.#attempt !== undefined || this.#retry !== undefined;
  }

  #dial(): void {
    this.#cancelRetry();
    this.#attempt = this.#events.dial();
    this.#events.onChange();
  }

  #onFailed(cause: NodeJS.ErrnoException | undefined): void {
    this.#attempt = undefined;
    if (cause?.code === 'EAGAIN' && this.#isWorthKnocking()) return;
    this.#busySince = undefined;
    const error = connectFailed(this.#parts.describe, cause);
    this.#settleWaiters(error);
    this.#events.onFailed(error);
  }

  /** The server is there and has not let in those before us: knocks again soon, unless that went on for too long. */
  #isWorthKnocking(): boolean {
    const { clock, connectTimeoutMs, random } = this.#parts.settings;
    this.#busySince ??= clock.now();
    if (clock.now() - this.#busySince >= connectTimeoutMs) return false;
    this.#dialAfter(random() * BUSY_MS);
    return true;
  }

  #dialAfter(delayMs: number): void {
    const { clock } = this.#parts.settings;
    const dial = (): void => this.#dial();
    this.#retry = this.#parts.holdsProcess ? clock.after(delayMs, dial) : clock.afterUnlessExit(delayMs, dial);
  }

  #cancelRetry(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#idleRetry = false;
  }

  /** Sends what was sent to the end, then closes the connection. */
  #end(channel: Channel): void {
    const ended = new Promise<void>((resolve) => {
      const { clock, closeTimeoutMs } = this.#parts.settings;
      const giveUp = clock.after(closeTimeoutMs, () => channel.destroy());
      channel.close(() => {
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
