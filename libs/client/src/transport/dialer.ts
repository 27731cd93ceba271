import type { IpcError } from '@pixl-ipc/protocol';
import { Duplex } from 'node:stream';

/** Takes bytes in, which are borrowed until it returns; returns whether to read on in this turn of the event loop. */
export type BytesListener = (bytes: Buffer) => boolean;

/** How a client comes to a server. */
export interface Dialer {
  /** What errors call the server. */
  readonly describe: string;
  /** A new connection that reads into `onBytes`. One that cannot be had is a stream that fails. Never throws. */
  dial(onBytes: BytesListener): Duplex;
  /** Why whoever answered is not to be talked to. Asked once, before anything is sent. */
  refusal(stream: Duplex): IpcError | undefined;
}

/** A stream that fails with `error`, as a socket does that cannot connect. */
export function failedStream(error: Error): Duplex {
  return new Duplex({ read: () => undefined }).destroy(error);
}
