import type { ByteBudget } from '../connection/byte-budget';
import type { Connection } from '../connection/connection';

/** What one waiting frame costs beyond its text. */
const OVERHEAD_BYTES = 128;

/** Frames of one connection that wait, oldest first. */
export class WaitingFrames {
  readonly #frames: { readonly frame: string; readonly bytes: number }[] = [];
  #head = 0;

  get length(): number {
    return this.#frames.length - this.#head;
  }

  push(frame: string, bytes: number): void {
    this.#frames.push({ frame, bytes });
  }

  shift(): { readonly frame: string; readonly bytes: number } | undefined {
    const first = this.#frames[this.#head];
    if (first && ++this.#head * 2 > this.#frames.length) {
      this.#frames.splice(0, this.#head);
      this.#head = 0;
    }
    return first;
  }
}

/** What a waiting room asks of its owner. */
export interface WaitingRoomParts {
  readonly budget: ByteBudget;
  /** Whether a request of this connection may run now. */
  readonly mayRun: (connection: Connection) => boolean;
  readonly run: (connection: Connection, frame: string, bytes: number) => void;
  /** How many run in a row before other work has its turn. */
  readonly framesPerTurn: () => number;
}

/**
 * Where requests wait while the in-flight caps are reached: as text, within the byte budget. Connections take turns,
 * so one that sent thousands does not hold the others up.
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

  add(connection: Connection, frame: string, bytes: number): void {
    connection.waiting ??= new WaitingFrames();
    connection.waiting.push(frame, bytes);
    this.#parts.budget.change(bytes + OVERHEAD_BYTES);
    connection.requestBytes += bytes + OVERHEAD_BYTES;
    this.#size++;
    this.#turns.add(connection);
  }

  /** Drops what a connection still has waiting. */
  remove(connection: Connection): void {
    for (let next = connection.waiting?.shift(); next; next = connection.waiting?.shift()) {
      this.#left(connection, next.bytes);
    }
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
      if (!this.#parts.mayRun(connection)) continue;
      // To the end of the line: a Set is walked in the order of insertion, what is added while walking included.
      this.#turns.delete(connection);
      const next = connection.waiting?.shift();
      if (!next) continue;
      if (connection.waiting?.length) this.#turns.add(connection);
      else connection.waiting = undefined;
      left--;
      this.#left(connection, next.bytes);
      this.#parts.run(connection, next.frame, next.bytes);
    }
    if (left === 0 && this.#size > 0) this.admit();
  };

  #left(connection: Connection, bytes: number): void {
    this.#parts.budget.change(-(bytes + OVERHEAD_BYTES));
    connection.requestBytes -= bytes + OVERHEAD_BYTES;
    this.#size--;
  }
}
