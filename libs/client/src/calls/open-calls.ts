import type { IpcError, ReplyEnvelope } from '@pixl-ipc/protocol';
import type { Clock, Timer } from '../clock';
import type { ProcessHold } from '../process-hold';
import { remoteErrorOf } from '../remote-error';
import type { Call } from './call';
import { Deadlines } from './deadlines';

/** What open calls work with. */
export interface OpenCallsParts {
  readonly clock: Clock;
  /** Undefined: something else keeps the process alive. */
  readonly hold: ProcessHold | undefined;
  /** A call's deadline has passed. Must not throw. */
  readonly onExpired: (call: Call) => void;
  /** A call leaves wherever it is. Must not throw. */
  readonly onLeft: (call: Call) => void;
}

/** All calls between their start and their outcome, wherever they are. Here each starts and settles, once. */
export class OpenCalls {
  readonly #parts: OpenCallsParts;
  readonly #deadlines: Deadlines;
  #size = 0;
  /** Wait for the last call to settle. */
  #waiters: (() => void)[] = [];

  constructor(parts: OpenCallsParts) {
    this.#parts = parts;
    this.#deadlines = new Deadlines(parts.clock, parts.onExpired);
  }

  /** How many; what interceptors pass on counts once, as the call that they do it for. */
  get size(): number {
    return this.#size;
  }

  /** The call has begun, and its time. */
  add(call: Call): void {
    call.open = true;
    if (call.of) call.of.began(call);
    else this.#size++;
    this.#parts.hold?.take();
    this.#deadlines.add(call);
    if (!call.oneway && call.deadline !== Infinity) call.timeoutMs = call.limitMs;
  }

  /** The call has its outcome. */
  settle(call: Call, error: IpcError | undefined, reply: ReplyEnvelope | undefined): void {
    this.remove(call);
    call.trace?.ended(error ?? replyError(call, reply));
    call.settle(error, reply);
  }

  /** The call has begun in vain: whoever began it is told otherwise. */
  remove(call: Call): void {
    call.open = false;
    call.of?.left(call);
    this.#deadlines.remove(call);
    this.#parts.onLeft(call);
    call.unwatch();
    if (!call.of) this.#size--;
    this.#parts.hold?.release();
    if (this.#size > 0) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  /** Resolves when no call is open, or after `ms`. */
  async none(ms: number): Promise<void> {
    if (this.#size === 0) return;
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      timer = this.#parts.clock.after(ms, resolve);
      this.#waiters.push(resolve);
    });
    timer?.cancel();
  }

  /** Leaves no timer. There must be no call left. */
  end(): void {
    this.#deadlines.end();
  }
}

/** What the server answered with, if that was an error and anybody wants to know. */
function replyError(call: Call, reply: ReplyEnvelope | undefined): IpcError | undefined {
  return reply && !call.oneway ? remoteErrorOf(reply, call) : undefined;
}
