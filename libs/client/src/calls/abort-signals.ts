import type { Call } from './call';

interface Watched {
  readonly calls: Set<Call>;
  readonly onAbort: () => void;
}

/**
 * The signals that calls of one client are given up by. Each has one listener of ours, however many calls share it, and
 * none when the last of them has settled: a signal may outlive its calls by far, and of more listeners than its owner
 * allows Node warns as of a leak.
 */
export class AbortSignals {
  readonly #giveUp: (call: Call, signal: AbortSignal) => void;
  readonly #watched = new Map<AbortSignal, Watched>();

  /** @param giveUp What an abort does to each call. Must not throw. */
  constructor(giveUp: (call: Call, signal: AbortSignal) => void) {
    this.#giveUp = giveUp;
  }

  /** The call is given up when the signal aborts, unless it has left before. */
  add(call: Call, signal: AbortSignal): void {
    (this.#watched.get(signal) ?? this.#watch(signal)).calls.add(call);
  }

  /** The call has settled. */
  delete(call: Call, signal: AbortSignal): void {
    const watched = this.#watched.get(signal);
    if (!watched?.calls.delete(call) || watched.calls.size > 0) return;
    this.#watched.delete(signal);
    signal.removeEventListener('abort', watched.onAbort);
  }

  #watch(signal: AbortSignal): Watched {
    const calls = new Set<Call>();
    const onAbort = (): void => {
      for (const call of calls) this.#giveUp(call, signal);
    };
    const watched = { calls, onAbort };
    this.#watched.set(signal, watched);
    signal.addEventListener('abort', onAbort, { once: true });
    return watched;
  }
}
