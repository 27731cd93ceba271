import type { IpcError, ReplyEnvelope } from '@pixl-ipc/protocol';
import { remoteErrorOf } from '../remote-error';
import { Call } from './call';
import type { OutgoingCall } from './outgoing-call';

/** A call whose outcome is that of a promise: the data of its reply, or an error. */
export class PromisedCall extends Call {
  readonly #resolve: (data: unknown) => void;
  readonly #reject: (error: IpcError) => void;

  constructor(outgoing: OutgoingCall, resolve: (data: unknown) => void, reject: (error: IpcError) => void) {
    super(outgoing);
    this.#resolve = resolve;
    this.#reject = reject;
  }

  override settle(error: IpcError | undefined, reply: ReplyEnvelope | undefined): void {
    const failure = error ?? (reply && !this.oneway ? remoteErrorOf(reply, this) : undefined);
    if (failure) this.#reject(failure);
    // A server of version 1 answers though nobody wants to know.
    else this.#resolve(this.oneway ? undefined : reply?.data);
  }
}
