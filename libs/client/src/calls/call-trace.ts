import { CallTrace, clientCalls, type ClientCallEvent, type IpcError, type ProtocolVersion } from '@pixl-ipc/protocol';
import { throwUncaught } from '../uncaught';
import type { Call } from './call';

/** What a trace is told beyond its call. */
export interface TraceParts {
  /** What the client is connected to. */
  readonly server: string;
  readonly version: ProtocolVersion;
  /** Milliseconds of the client's clock. */
  readonly now: () => number;
}

/** Tells the subscribers of {@link clientCalls} about a call. */
export class ClientCallTrace {
  readonly #trace: CallTrace<ClientCallEvent>;
  readonly #call: Call;
  readonly #now: () => number;
  readonly #startedAt: number;

  constructor(call: Call, { server, version, now }: TraceParts) {
    this.#call = call;
    this.#now = now;
    this.#startedAt = now();
    this.#trace = new CallTrace<ClientCallEvent>(clientCalls, {
      kind: call.oneway ? 'notify' : call.more ? 'stream' : 'call',
      uri: call.uri,
      server,
      version,
      timeoutMs: call.limitMs,
      meta: call.meta,
    });
  }

  /**
   * Starts the call by `start`, with what subscribers have made of its meta; once, whatever those do who stand around it:
   * what they throw becomes an uncaught exception. Returns what `start` does: why it cannot be started.
   */
  start(start: () => IpcError | undefined): IpcError | undefined {
    let started = false;
    let refusal: IpcError | undefined;
    const startOnce = (): void => {
      if (started) return;
      started = true;
      this.#call.meta = this.#trace.event.meta;
      refusal = start();
    };
    try {
      this.#trace.run(startOnce);
    } catch (thrown) {
      throwUncaught(thrown);
    }
    // Where nobody has let it begin.
    startOnce();
    if (refusal) this.ended(refusal);
    return refusal;
  }

  /** The call has its outcome. */
  ended(error: IpcError | undefined): void {
    this.#trace.event.attempts = this.#call.attempts;
    this.#trace.ended({ durationMs: this.#now() - this.#startedAt, code: error?.code, error });
  }
}
