/** How long what has just arrived, and what has waited since, may each be worked at before timers and signals have their turn. */
const WORK_MS = 5;
/** How long a turn may last while others wait. */
export const TURN_MS = 1;

/** One of those that share the event loop. */
export interface Worker {
  /** Does what waits, for a turn. */
  takeTurn(): void;
  /** Its last turn took so long, with everything that followed from it at once, promises included. */
  tookTurn(ms: number): void;
}

/**
 * Shares the event loop among a server's connections. Node hands over what all of them have sent in one go, and each has a
 * turn of many frames; here all of them together are kept to {@link WORK_MS}. Who comes later waits in a line that is
 * served first come, first served, between one look at the sockets and the next; while there is one, turns are short.
 */
export class TurnQueue {
  readonly #now: () => number;
  readonly #line: Worker[] = [];
  /** Until when what arrives is worked at: the loop has not yet come to those who wait. Undefined before the first of it. */
  #arrivalsUntil: number | undefined;
  #waitersUntil = 0;
  #lastToArrive: Worker | undefined;
  #roundScheduled = false;
  /** Whose turn it is, since when. */
  #worker: Worker | undefined;
  #since = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Whether what has just arrived for a worker may be worked at now; otherwise it is to {@link wait}.
   *
   * @param mayGoOn Whether more of the same may follow before others have their turn.
   */
  mayWork(worker: Worker, now: number, mayGoOn: boolean): boolean {
    // One alone need not be counted, which has its price: the loop would have to come round once more.
    const isAlone = worker === this.#lastToArrive && !mayGoOn && !this.#roundScheduled;
    this.#lastToArrive = worker;
    if (isAlone) return true;
    this.#scheduleRound();
    this.#arrivalsUntil ??= now + WORK_MS;
    const mayWork = now < this.#arrivalsUntil;
    this.#begin(mayWork ? worker : undefined, now);
    return mayWork;
  }

  /** Whether a turn may go on that has had `frames` of the `share` that it has while others wait. */
  mayGoOn(frames: number, share: number): boolean {
    return this.#line.length === 0 || (frames < share && this.#now() - this.#since < TURN_MS);
  }

  /** Has its turn when those before have had theirs. */
  wait(worker: Worker): void {
    this.#line.push(worker);
    this.#scheduleTurn();
  }

  #begin(worker: Worker | undefined, now: number): void {
    this.#worker?.tookTurn(now - this.#since);
    this.#worker = worker;
    this.#since = now;
  }

  #scheduleTurn(): void {
    // First, so that the turns of a round follow its beginning.
    this.#scheduleRound();
    setImmediate(this.#onTurn);
  }

  #scheduleRound(): void {
    if (this.#roundScheduled) return;
    this.#roundScheduled = true;
    setImmediate(this.#onRound);
  }

  readonly #onRound = (): void => {
    const now = this.#now();
    this.#begin(undefined, now);
    this.#roundScheduled = false;
    this.#arrivalsUntil = undefined;
    this.#waitersUntil = now + WORK_MS;
  };

  /** One turn at a time: promises that it settles are worked at before the next. */
  readonly #onTurn = (): void => {
    const now = this.#now();
    const worker = now < this.#waitersUntil ? this.#line.shift() : undefined;
    // After the last one nothing may come for long, by which its end would be known.
    this.#begin(this.#line.length > 0 ? worker : undefined, now);
    if (worker) worker.takeTurn();
    else this.#scheduleTurn();
  };
}
