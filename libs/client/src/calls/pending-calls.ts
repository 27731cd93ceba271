import { DeadlineWheel, type DeadlineEntry, type IpcError, type ReplyEnvelope } from '@pixl-ipc/protocol';
import type { Clock, Timer } from '../clock';
import { timedOut } from '../local-error';

/** How late a deadline may be noticed. A fifth of the 100 ms that are promised. */
const TICK_MS = 20;

/**
 * A call's one outcome: a reply, an error reply among them, or the local error that ended it. Runs exactly once, never
 * before the call was made. What it throws becomes an uncaught exception and harms no other call.
 */
export type Settle = (error: IpcError | undefined, reply: ReplyEnvelope | undefined) => void;

/** A call between its start and its outcome. */
export class PendingCall implements DeadlineEntry {
  deadlineSlot = -1;
  deadlineNext: DeadlineEntry | undefined = undefined;
  deadlinePrevious: DeadlineEntry | undefined = undefined;
  /** What its reply will be known by; set when it is sent. */
  id = '';
  /** The number of its request on the connection; set when it is sent. */
  frame = -1;

  constructor(
    readonly uri: string,
    /** Milliseconds; 0 for ever. */
    readonly timeoutMs: number,
    readonly settle: Settle,
  ) {}
}

/** Id → pending call, and the deadlines of all of them behind one timer, which runs only while one is pending. */
export class PendingCalls {
  readonly #clock: Clock;
  readonly #calls = new Map<string, PendingCall>();
  readonly #wheel = new DeadlineWheel<PendingCall>({ tickMs: TICK_MS });
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#calls.size;
  }

  add(call: PendingCall): void {
    this.#calls.set(call.id, call);
    if (!(call.timeoutMs > 0 && call.timeoutMs < Infinity)) return;
    this.#wheel.add(call, this.#clock.now() + call.timeoutMs);
    // An open connection keeps the process alive, and calls are pending only while there is one.
    this.#timer ??= this.#clock.afterUnlessExit(TICK_MS, this.#tick);
  }

  /** Settles the call of that id with its reply. False where none is pending. */
  reply(id: string, reply: ReplyEnvelope): boolean {
    return this.#settle(id, undefined, reply);
  }

  /** Settles the call of that id with an error. False where none is pending. */
  fail(id: string, error: IpcError): boolean {
    return this.#settle(id, error, undefined);
  }

  /** Settles every call that is pending now; those that start meanwhile are not touched. */
  failAll(errorOf: (call: PendingCall) => IpcError): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) this.#wheel.remove(call);
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const call of calls) settleCall(call, errorOf(call), undefined);
  }

  #settle(id: string, error: IpcError | undefined, reply: ReplyEnvelope | undefined): boolean {
    const call = this.#calls.get(id);
    if (!call) return false;
    this.#calls.delete(id);
    this.#wheel.remove(call);
    settleCall(call, error, reply);
    return true;
  }

  readonly #expire = (call: PendingCall): void => {
    this.#calls.delete(call.id);
    settleCall(call, timedOut(call.uri, call.timeoutMs), undefined);
  };

  readonly #tick = (): void => {
    this.#timer = undefined;
    this.#wheel.expire(this.#clock.now(), this.#expire);
    if (this.#wheel.size > 0) this.#timer ??= this.#clock.afterUnlessExit(TICK_MS, this.#tick);
  };
}

function settleCall(call: PendingCall, error: IpcError | undefined, reply: ReplyEnvelope | undefined): void {
  try {
    call.settle(error, reply);
  } catch (thrown) {
    process.nextTick(() => {
      throw thrown;
    });
  }
}
