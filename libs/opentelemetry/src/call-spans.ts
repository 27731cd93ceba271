import { SpanStatusCode, type Span } from '@opentelemetry/api';
import type { CallChannels, CallEvent } from '@pixl-ipc/protocol';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { exceptionOf } from './exception';

/** A span that has started, and which of the codes that it may end with are errors. */
export interface StartedSpan {
  readonly span: Span;
  readonly isError: (code: string) => boolean;
}

/** How the calls of one side become spans. */
export interface CallSpansParts<Event extends CallEvent> {
  readonly ignore: (event: Event) => boolean;
  readonly recordExceptions: boolean;
  readonly start: (event: Event) => StartedSpan;
}

/** The spans of one side's calls, from the start of each to its end. */
export class CallSpans<Event extends CallEvent> {
  readonly #channel: CallChannels<Event>;
  readonly #parts: CallSpansParts<Event>;
  readonly #open = new Map<Event, StartedSpan>();
  #stopped = false;

  constructor(channel: CallChannels<Event>, parts: CallSpansParts<Event>) {
    this.#channel = channel;
    this.#parts = parts;
    subscribe(channel.start.name, this.#onStart);
    subscribe(channel.asyncEnd.name, this.#onEnd);
  }

  /** Starts no more spans; those that are open end with their calls. */
  stop(): void {
    this.#stopped = true;
    unsubscribe(this.#channel.start.name, this.#onStart);
    this.#leaveWhenDone();
  }

  readonly #onStart = (message: unknown): void => {
    const event = message as Event;
    if (!this.#parts.ignore(event)) this.#open.set(event, this.#parts.start(event));
  };

  readonly #onEnd = (message: unknown): void => {
    const event = message as Event;
    const started = this.#open.get(event);
    if (!started) return;
    this.#open.delete(event);
    this.#end(event, started);
    this.#leaveWhenDone();
  };

  #end({ code, error }: Event, { span, isError }: StartedSpan): void {
    span.setAttribute('rpc.response.status_code', code ?? 'ok');
    if (code !== undefined && isError(code)) {
      span.setAttribute('error.type', code);
      // The message of an error may hold data; its code never does.
      span.setStatus({ code: SpanStatusCode.ERROR, message: code });
      if (this.#parts.recordExceptions) span.recordException(exceptionOf(error));
    }
    span.end();
  }

  #leaveWhenDone(): void {
    if (this.#stopped && this.#open.size === 0) unsubscribe(this.#channel.asyncEnd.name, this.#onEnd);
  }
}
