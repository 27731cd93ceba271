import type { ServerLimits } from '../options';

/** What a connection looks like at the moment of a sweep. */
export interface ConnectionLook {
  readonly now: number;
  readonly limits: ServerLimits;
  /** A frame has begun and not ended. */
  readonly midFrame: boolean;
  /** Nothing is asked for and nothing left to send. */
  readonly quiet: boolean;
  /** So much is unsent that the peer has to read before anything else. */
  readonly owesReading: boolean;
}

/**
 * The clocks of one connection. They are read when somebody sweeps, not for each chunk and frame: what passes between
 * two sweeps leaves a mark only, so a busy connection pays nothing and a timeout is late by one sweep at most.
 */
export class ConnectionWatch {
  #lastBytesAt: number;
  #bytesSeen = false;
  #frameSeen = false;
  #midFrameSince: number | undefined;
  #owesReadingSince: number | undefined;
  #readingSeen = false;

  constructor(now: number) {
    this.#lastBytesAt = now;
  }

  sawBytes(): void {
    this.#bytesSeen = true;
  }

  sawFrame(): void {
    this.#frameSeen = true;
  }

  /** Its peer has read enough to be below the soft limit, be it for an instant. */
  sawReading(): void {
    this.#readingSeen = true;
  }

  /** How long nothing has come from the peer, and nothing was asked for or left to send. */
  idleMs(now: number, quiet: boolean): number {
    if (this.#bytesSeen || !quiet) this.#lastBytesAt = now;
    this.#bytesSeen = false;
    return now - this.#lastBytesAt;
  }

  /** Which timeout has passed, if any. */
  sweep({
    now,
    limits,
    midFrame,
    quiet,
    owesReading,
  }: ConnectionLook): 'frame_timeout' | 'slow_reader' | 'idle' | undefined {
    const idleMs = this.idleMs(now, quiet);
    if (!midFrame) this.#midFrameSince = undefined;
    else if (this.#frameSeen) this.#midFrameSince = now;
    else this.#midFrameSince ??= now;
    if (!owesReading) this.#owesReadingSince = undefined;
    else if (this.#readingSeen) this.#owesReadingSince = now;
    else this.#owesReadingSince ??= now;
    this.#frameSeen = this.#readingSeen = false;

    if (now - (this.#midFrameSince ?? now) >= limits.frameTimeoutMs) return 'frame_timeout';
    if (now - (this.#owesReadingSince ?? now) >= limits.slowReaderTimeoutMs) return 'slow_reader';
    if (limits.idleTimeoutMs > 0 && idleMs >= limits.idleTimeoutMs) return 'idle';
    return undefined;
  }
}
