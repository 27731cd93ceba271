import type { OutgoingCall } from '../calls/outgoing-call';
import type { NextCall } from '../interceptor';
import * as localError from '../local-error';
import { ItemStream } from './item-stream';
import { StreamCall } from './stream-call';

/** What a stream needs of its client. */
export interface StreamLine {
  /** Passes the call through the client's interceptors, and to `last`. */
  run(outgoing: OutgoingCall, last: NextCall): Promise<unknown>;
  /** Starts the call: it settles, later or at once. */
  begin(call: StreamCall, outgoing: OutgoingCall): void;
  /** Gives the call up; harmless where it has settled. */
  cancel(call: StreamCall): void;
  /** Lets the server send `items` more; harmless where the call has settled. */
  grant(call: StreamCall, items: number): void;
  /** The instant, on a monotonic clock, in milliseconds. */
  now(): number;
}

/** A stream whose call begins when its first item is asked for. */
export function openStream(outgoing: OutgoingCall, line: StreamLine): ItemStream<unknown> {
  let call: StreamCall | undefined;
  let wanted = true;
  const exchange: NextCall = (final) =>
    new Promise((resolve, reject) => {
      if (call) throw new TypeError('next() was called again for a stream, whose items are on their way');
      const started = new StreamCall(final, {
        onItem: (item) => stream.push(item),
        onEnd: (error) => {
          // Who gives a stream up wants no more of it, and not what has come either.
          if (error?.code === 'cancelled' && error.origin === 'local') stream.drop();
          if (error) reject(error);
          else resolve(undefined);
        },
        onGrant: (items) => line.grant(started, items),
        now: () => line.now(),
      });
      call = started;
      // An interceptor may have taken longer than the reader's patience.
      if (wanted) line.begin(started, final);
      else reject(localError.cancelled(final.uri, { sent: false, cause: undefined }));
    });
  const stream = new ItemStream<unknown>({
    begin: () => {
      line.run(outgoing, exchange).then(
        () => stream.end(),
        (error: unknown) => stream.fail(error),
      );
    },
    consumed: () => call?.consumed(),
    cancel: () => {
      wanted = false;
      if (call) line.cancel(call);
    },
  });
  return stream;
}
