import type { IpcError, ReplyEnvelope } from '@pixl-ipc/protocol';
import { throwUncaught } from '../uncaught';
import { Call } from './call';

/**
 * A call's one outcome: a reply, an error reply among them, or the local error that ended it. Runs exactly once, never
 * before the call was made. What it throws becomes an uncaught exception and harms no other call.
 */
export type Settle = (error: IpcError | undefined, reply: ReplyEnvelope | undefined) => void;

/** A call as the original's clients make one: never repeated, its reply handed out as it came. */
export class CallbackCall extends Call {
  readonly #settle: Settle;

  constructor(uri: string, timeoutMs: number, settle: Settle) {
    super({
      kind: 'call',
      uri,
      data: undefined,
      timeoutMs,
      signal: undefined,
      meta: undefined,
      repeat: 'never',
      contract: undefined,
      credit: 0,
    });
    this.#settle = settle;
  }

  override settle(error: IpcError | undefined, reply: ReplyEnvelope | undefined): void {
    try {
      this.#settle(error, reply);
    } catch (thrown) {
      throwUncaught(thrown);
    }
  }
}
