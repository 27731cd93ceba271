import type { ByteBudget } from '../connection/byte-budget';
import type { Connection } from '../connection/connection';
import type { DeadlineTimer } from './deadline-timer';
import { WaitingLine, type WaitingRequest } from './waiting-request';

/** What one waiting request costs beyond its text. */
const OVERHEAD_BYTES = 256;

/** What a waiting room asks of its owner. */
export interface WaitingRoomParts {
  readonly budget: ByteBudget;
  readonly deadlines: DeadlineTimer;
  /** Whether a request of this connection may run now. */
  readonly mayRun: (connection: Connection) => boolean;
  /** Its turn has come; it waits no more. */
  readonly run: (request: WaitingRequest) => void;
  /** How many run in a row before other work has its turn. */
  readonly framesPerTurn: () => number;
}

/**
 * Where requests wait while the in-flight caps are reached, within the byte budget. Connections take turns, so one that
 * sent thousands does not hold the others up.
 */
export class WaitingRoom {
  readonly #parts: WaitingRoomParts;
  readonly #turns = new Set<Connection>();
  #size = 0;
  #scheduled = false;

  constructor(parts: WaitingRoomParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#size;
  }

  add(request: WaitingRequest): void {
    const { connection } = request;
    connection.waiting ??= new WaitingLine();
    connection.waiting.push(request);
    this.#turns.add(connection);
    this.#count(request, 1);
    if (request.deadline !== undefined) this.#parts.deadlines.add(request, request.deadline);
  }

  /** Takes one out before its turn. */
  remove(request: WaitingRequest): void {
    const { connection } = request;
    const { waiting } = connection;
    if (!waiting) return;
    waiting.remove(request);
    this.#count(request, -1);
    this.#parts.deadlines.remove(request);
    if (waiting.first) return;
    connection.waiting = undefined;
    this.#turns.delete(connection);
  }

  /** A place is free: lets in who may run, soon but not within this call, so that a handler never nests in another. */
  admit(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#letIn);
  }

  readonly #letIn = (): void => {
    this.#scheduled = false;
    let left = this.#parts.framesPerTurn();
    for (const connection of this.#turns) {
      if (left === 0) break;
      const next = connection.waiting?.first;
      if (!next || !this.#parts.mayRun(connection)) continue;
      this.remove(next);
      // To the end of the line: a Set is walked in the order of insertion, what is added while walking included.
      if (this.#turns.delete(connection)) this.#turns.add(connection);
      left--;
      this.#parts.run(next);
    }
    if (left === 0 && this.#size > 0) this.admit();
  };

  #count({ connection, bytes }: WaitingRequest, change: 1 | -1): void {
    const delta = change * (bytes + OVERHEAD_BYTES);
    this.#parts.budget.change(delta);
    connection.requestBytes += delta;
    this.#size += change;
  }
}
