import type { DeadlineEntry, RequestEnvelope } from '@pixl-ipc/protocol';
import type { Connection } from '../connection/connection';
import type { Expiring } from './deadline-timer';

/** A frame that has come and is to be served. */
export interface Arrival {
  readonly connection: Connection;
  readonly frame: string;
  /** Bytes of the frame. */
  readonly bytes: number;
  /** When the end of the frame was read from its socket, on the dispatcher's clock. */
  readonly receivedAt: number;
}

/**
 * A request that waits for a place: as text, which is the least it can take. Of a version 2 request it is known how it
 * may be cancelled and when it ends.
 */
export class WaitingRequest implements Arrival, Expiring {
  deadlineSlot = -1;
  deadlineNext: DeadlineEntry | undefined;
  deadlinePrevious: DeadlineEntry | undefined;
  /** Neighbours among those of its connection. */
  next: WaitingRequest | undefined;
  previous: WaitingRequest | undefined;
  /** Credit that was granted while it waited. */
  credit = 0;

  readonly connection: Connection;
  readonly frame: string;
  readonly bytes: number;
  readonly receivedAt: number;
  /** What control requests call it by; undefined where they cannot. */
  readonly id: string | number | undefined;
  /** When nobody waits for the reply any more; undefined: it waits as long as it takes. */
  readonly deadline: number | undefined;
  readonly #onExpired: (request: WaitingRequest) => void;

  /** @param request The frame, read; undefined for one that is not read before its turn. */
  constructor(
    { connection, frame, bytes, receivedAt }: Arrival,
    request: RequestEnvelope | undefined,
    onExpired: (request: WaitingRequest) => void,
  ) {
    this.connection = connection;
    this.frame = frame;
    this.bytes = bytes;
    this.receivedAt = receivedAt;
    this.id = request?.id ?? undefined;
    const timeoutMs = request?.terms.timeoutMs;
    this.deadline = timeoutMs === undefined ? undefined : receivedAt + timeoutMs;
    this.#onExpired = onExpired;
  }

  /** Its deadline has passed. */
  expire(): void {
    this.#onExpired(this);
  }
}

/** The waiting requests of one connection: first in, first out, and out of the middle in O(1). */
export class WaitingLine {
  #first: WaitingRequest | undefined;
  #last: WaitingRequest | undefined;
  /** By what control requests call them; the newest of an id. */
  readonly #byId = new Map<string | number, WaitingRequest>();

  get first(): WaitingRequest | undefined {
    return this.#first;
  }

  find(id: string | number): WaitingRequest | undefined {
    return this.#byId.get(id);
  }

  push(request: WaitingRequest): void {
    request.previous = this.#last;
    if (this.#last) this.#last.next = request;
    else this.#first = request;
    this.#last = request;
    if (request.id !== undefined) this.#byId.set(request.id, request);
  }

  /** Takes out a request that stands here. */
  remove(request: WaitingRequest): void {
    const { previous, next, id } = request;
    if (previous) previous.next = next;
    else this.#first = next;
    if (next) next.previous = previous;
    else this.#last = previous;
    request.previous = request.next = undefined;
    if (id !== undefined && this.#byId.get(id) === request) this.#byId.delete(id);
  }
}
