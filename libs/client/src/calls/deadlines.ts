import { DeadlineWheel } from '@pixl-ipc/protocol';
import type { Clock, Timer } from '../clock';
import type { Call } from './call';

/** How late a deadline may be noticed. A fifth of the 100 ms that are promised. */
const TICK_MS = 20;

/** The deadlines of all calls behind one timer, which runs only while there is one. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #onExpired: (call: Call) => void;
  readonly #wheel = new DeadlineWheel<Call>({ tickMs: TICK_MS });
  #timer: Timer | undefined;

  /** @param onExpired Must not throw. */
  constructor(clock: Clock, onExpired: (call: Call) => void) {
    this.#clock = clock;
    this.#onExpired = onExpired;
  }

  /** Starts a call's time, where it has a limit. */
  add(call: Call): void {
    const { limitMs } = call;
    if (!(limitMs > 0 && limitMs < Infinity)) return;
    call.deadline = this.#clock.now() + limitMs;
    this.#wheel.add(call, call.deadline);
    // Calls keep the process alive by other means.
    this.#timer ??= this.#clock.afterUnlessExit(TICK_MS, this.#tick);
  }

  /** The call has ended. Harmless where it has no deadline. */
  remove(call: Call): void {
    this.#wheel.remove(call);
  }

  /** Leaves no timer. There must be no call left. */
  end(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  readonly #tick = (): void => {
    this.#timer = undefined;
    this.#wheel.expire(this.#clock.now(), this.#onExpired);
    if (this.#wheel.size > 0) this.#timer ??= this.#clock.afterUnlessExit(TICK_MS, this.#tick);
  };
}
