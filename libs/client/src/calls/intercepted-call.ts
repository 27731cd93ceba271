import type { IpcError } from '@pixl-ipc/protocol';
import { Call } from './call';
import type { OutgoingCall } from './outgoing-call';

/**
 * A call as its caller made it, in the hands of the client's interceptors: what has its time and its signal, and counts,
 * whatever they pass on for it.
 */
export class InterceptedCall extends Call {
  /** What they have passed on and is open. */
  readonly passedOn = new Set<Call>();
  /** Whether they have passed anything on. */
  begun = false;
  /** Why it has ended without them; undefined while it has not. */
  failure: IpcError | undefined;
  readonly #reject: (error: IpcError) => void;

  constructor(outgoing: OutgoingCall, reject: (error: IpcError) => void) {
    super(outgoing);
    this.#reject = reject;
  }

  override settle(error: IpcError | undefined): void {
    this.failure = error;
    if (error) this.#reject(error);
  }

  /** What they pass on, with no more time than there is left. @param now By the client's clock. */
  within(outgoing: OutgoingCall, now: number): OutgoingCall {
    const leftMs = Math.max(1, Math.ceil(this.deadline - now));
    const isLonger = outgoing.timeoutMs === 0 || outgoing.timeoutMs > leftMs;
    return isLonger && leftMs < Infinity ? { ...outgoing, timeoutMs: leftMs } : outgoing;
  }

  /** A call that they passed on has started. */
  began(call: Call): void {
    this.begun = true;
    this.passedOn.add(call);
  }

  /** It is about to leave wherever it is. */
  left(call: Call): void {
    this.passedOn.delete(call);
    this.sentBefore ||= call.sentBefore || call.channel !== undefined;
  }
}
