import type { IpcError, ReplyEnvelope } from '@pixl-ipc/protocol';
import { Call } from '../calls/call';
import type { OutgoingCall } from '../calls/outgoing-call';
import * as localError from '../local-error';
import { remoteErrorOf } from '../remote-error';

/** What a stream's call tells its owner. None may throw. */
export interface StreamCallEvents {
  readonly onItem: (item: unknown) => void;
  /** No more items come; `error` where that is no orderly end. */
  readonly onEnd: (error: IpcError | undefined) => void;
  /** As many items more may be sent. */
  readonly onGrant: (items: number) => void;
  /** The instant, on a monotonic clock, in milliseconds. */
  readonly now: () => number;
}

/** How long a slow reader may take without a word to the server, which gives up on a stream that stands still. */
const GRANT_AFTER_MS = 250;

/**
 * A call whose replies are a stream. What is on its way or waits unread is never more than `credit` items: more are
 * granted when half of them have been read, or fewer where that takes long.
 *
 * @see docs/protocol.md#streams
 */
export class StreamCall extends Call {
  readonly #events: StreamCallEvents;
  #received = 0;
  #granted: number;
  /** Items that were read and for which no credit was granted yet. */
  #consumed = 0;
  #grantedAt: number;

  constructor(outgoing: OutgoingCall, events: StreamCallEvents) {
    super(outgoing);
    this.#events = events;
    this.#granted = outgoing.credit;
    this.#grantedAt = events.now();
  }

  override get repeatable(): boolean {
    return super.repeatable && this.#received === 0;
  }

  override item({ seq, data }: ReplyEnvelope): IpcError | undefined {
    if (seq !== this.#received) return localError.outOfOrder(this.uri, this.#received, seq);
    if (this.#received === this.#granted) return localError.overCredit(this.uri, this.#granted);
    this.#received++;
    this.#events.onItem(data);
    return undefined;
  }

  override settle(error: IpcError | undefined, reply: ReplyEnvelope | undefined): void {
    const failure = error ?? (reply && (remoteErrorOf(reply, this) ?? this.#fault(reply)));
    // An endpoint that is no stream answers with its one reply.
    if (!failure && reply?.data !== undefined) this.#events.onItem(reply.data);
    this.#events.onEnd(failure);
  }

  /** An item was read: there is room for another. */
  consumed(): void {
    this.#consumed++;
    const now = this.#events.now();
    if (this.#consumed * 2 < this.credit && now - this.#grantedAt < GRANT_AFTER_MS) return;
    this.#grantedAt = now;
    this.#granted += this.#consumed;
    this.#events.onGrant(this.#consumed);
    this.#consumed = 0;
  }

  #fault({ version }: ReplyEnvelope): IpcError | undefined {
    return version === 1 ? localError.noStreams(this.uri) : undefined;
  }
}
