import { MAX_TIMER_MS } from './clock';

/**
 * Keeps the process alive while something is under way, whichever sockets and timers that needs: those of an idle client
 * are not worth it.
 */
export class ProcessHold {
  #reasons = 0;
  #timer: NodeJS.Timeout | undefined;

  /** One reason more to stay. */
  take(): void {
    // The timer is kept when nobody needs it: it is dear to make and cheap to hold, and calls come one after the other.
    if (this.#reasons++ === 0) (this.#timer ??= setInterval(() => undefined, MAX_TIMER_MS)).ref();
  }

  /** One reason less. */
  release(): void {
    if (--this.#reasons > 0) return;
    this.#timer?.unref();
  }

  /** Leaves no timer. There must be no reason left. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
