import type { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import type { CallEvent, ClientCallEvent, ServerCallEvent, Surrounding } from './call-event';

/** One channel of `node:diagnostics_channel`, as far as it is used here. */
export interface CallChannel<Event extends CallEvent> {
  readonly name: string | symbol;
  publish(event: Event): void;
  /** Runs `work` with what is bound to the channel. */
  runStores(event: Event, work: () => void): void;
  /** What `transform` makes of an event is in `store` while the call's handler runs, or the request is sent. */
  bindStore<Store>(store: AsyncLocalStorage<Store>, transform: (event: Event) => Store): void;
  unbindStore<Store>(store: AsyncLocalStorage<Store>): boolean;
}

/** Functions that are told of calls, by channel. */
export type CallSubscribers<Event extends CallEvent> = Partial<
  Record<'start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error', (event: Event) => void>
>;

/** The channels of one side's calls. A type of our own: the parameters of Node.js's have changed places between versions. */
export interface CallChannels<Event extends CallEvent> {
  readonly hasSubscribers: boolean;
  readonly start: CallChannel<Event>;
  readonly end: CallChannel<Event>;
  readonly asyncStart: CallChannel<Event>;
  readonly asyncEnd: CallChannel<Event>;
  readonly error: CallChannel<Event>;
  subscribe(subscribers: CallSubscribers<Event>): void;
  unsubscribe(subscribers: CallSubscribers<Event>): void;
}

/**
 * The channels `tracing:pixl-ipc:server:call:…` of `node:diagnostics_channel`. `start` and `end` stand around the
 * handler, and what is bound to `start` holds within it; when the call has ended come `error`, if it failed,
 * `asyncStart` and `asyncEnd`: exactly once for each call, and after `end`.
 */
export const serverCalls = tracingChannel('pixl-ipc:server:call') as unknown as CallChannels<ServerCallEvent>;

/** The channels `tracing:pixl-ipc:client:call:…`: the same for a client's calls; `start` and `end` stand around sending. */
export const clientCalls = tracingChannel('pixl-ipc:client:call') as unknown as CallChannels<ClientCallEvent>;

/** What a call knows of itself when it starts. */
export type StartedEvent<Event extends CallEvent> = Omit<Event, 'surround' | 'durationMs' | 'code' | 'error'>;

/** How a call ended. */
export interface CallEnd {
  readonly durationMs: number;
  /** Undefined: it succeeded. */
  readonly code?: string | undefined;
  readonly error?: unknown;
}

/** Tells the subscribers of one side's channels about one call. To be made only while there are subscribers. */
export class CallTrace<Event extends CallEvent> {
  readonly event: Event;
  readonly #channel: CallChannels<Event>;
  readonly #surroundings: Surrounding[] = [];
  #state: 'running' | 'returned' | 'ended' = 'running';

  constructor(channel: CallChannels<Event>, started: StartedEvent<Event>) {
    this.#channel = channel;
    const surround = (surrounding: Surrounding): void => void this.#surroundings.push(surrounding);
    this.event = { ...started, surround } as Event;
  }

  /** Does what the call begins with: calls a handler, or sends a request. Throws what that throws. */
  run(work: () => void): void {
    try {
      this.#channel.start.runStores(this.event, () => this.#surrounded(work)());
    } finally {
      this.#channel.end.publish(this.event);
      if (this.#state === 'ended') this.#publishEnd();
      else this.#state = 'returned';
    }
  }

  /** The call has ended. Once. */
  ended(end: CallEnd): void {
    this.event.durationMs = end.durationMs;
    if (end.code !== undefined) {
      this.event.code = end.code;
      this.event.error = end.error;
    }
    if (this.#state === 'returned') this.#publishEnd();
    else this.#state = 'ended';
  }

  /** The first to stand around stands outermost. */
  #surrounded(work: () => void): () => void {
    return this.#surroundings.reduceRight<() => void>((inner, surrounding) => () => surrounding(inner), work);
  }

  #publishEnd(): void {
    if (this.event.code !== undefined) this.#channel.error.publish(this.event);
    this.#channel.asyncStart.publish(this.event);
    this.#channel.asyncEnd.publish(this.event);
  }
}
