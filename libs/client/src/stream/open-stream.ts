import type { Call } from '../calls/call';
import type { InterceptedCall } from '../calls/intercepted-call';
import type { OutgoingCall } from '../calls/outgoing-call';
import type { LastCall } from '../interceptor';
import { ItemStream } from './item-stream';
import { StreamCall } from './stream-call';

/** What a stream needs of its client. */
export interface StreamLine {
  /** Passes the call through the client's interceptors, which `onAdmitted` gets it before, and to `last`. */
  run(outgoing: OutgoingCall, last: LastCall, onAdmitted: (call: Call) => void): Promise<unknown>;
  /** Starts the call: it settles, later or at once. */
  begin(call: StreamCall, outgoing: OutgoingCall, of: InterceptedCall | undefined): void;
  /** Gives the call up; harmless where it has settled. */
  cancel(call: Call): void;
  /** Lets the server send `items` more; harmless where the call has settled. */
  grant(call: StreamCall, items: number): void;
  /** The instant, on a monotonic clock, in milliseconds. */
  now(): number;
}

/** A stream whose call begins when its first item is asked for. */
export function openStream(outgoing: OutgoingCall, line: StreamLine): ItemStream<unknown> {
  let call: StreamCall | undefined;
  /** The same in the hands of interceptors, where there are any. */
  let intercepted: Call | undefined;
  const exchange: LastCall = (final, of) =>
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
      line.begin(started, final, of);
    });
  const stream = new ItemStream<unknown>({
    begin: () => {
      const onAdmitted = (admitted: Call): void => void (intercepted = admitted);
      line.run(outgoing, exchange, onAdmitted).then(
        () => stream.end(),
        (error: unknown) => stream.fail(error),
      );
    },
    consumed: () => call?.consumed(),
    cancel: () => {
      for (const begun of [call, intercepted]) if (begun) line.cancel(begun);
    },
  });
  return stream;
}
