import type { PeerCredentials } from '@pixl-ipc/credentials';
import type { Call } from '../dispatch/call';
import { BoundLog, type CallLog } from './call-log';

/**
 * What a handler knows of a call beside its data. Every property is found out when it is first read, so those that are
 * not cost nothing.
 */
export interface Context {
  readonly uri: string;
  /**
   * Aborts when nobody waits for the reply any more: its caller has cancelled or is gone, its time is over, the server's
   * drain is over. Its `reason` is an IpcError whose code says which: `cancelled`, `unavailable` or `deadline_exceeded`.
   */
  readonly signal: AbortSignal;
  /**
   * When the call ends by itself; undefined where it may take as long as it likes. For a stream the end of the whole, which
   * its caller alone decides.
   */
  readonly deadline: Date | undefined;
  /** Who calls, as the kernel says; null where it does not (koffi is missing). What to authorise by. */
  readonly peer: PeerCredentials | null;
  /** The caller's pid as it claims; never to be trusted. */
  readonly claimedPid: number | undefined;
  /** What the caller says it is, at most `maxUserAgentBytes`; never to be trusted. */
  readonly userAgent: string | undefined;
  /** The caller's own words about the call: `traceparent`, `idempotencyKey`, … An object without a prototype. */
  readonly meta: Readonly<Record<string, string>>;
  /** Logs under the names of the endpoint and the call. */
  readonly log: CallLog;
}

/** A {@link Context} that reads from the call. Middleware adds its own properties beside these. */
export class CallContext implements Context {
  readonly #call: Call;
  #log: CallLog | undefined;

  constructor(call: Call) {
    this.#call = call;
  }

  get uri(): string {
    return this.#call.request.uri;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get deadline(): Date | undefined {
    return this.#call.deadline;
  }

  get peer(): PeerCredentials | null {
    return this.#call.connection.peer;
  }

  get claimedPid(): number | undefined {
    const { pid } = this.#call.request.message;
    return Number.isSafeInteger(pid) ? (pid as number) : undefined;
  }

  get userAgent(): string | undefined {
    return this.#call.userAgent;
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#call.request.terms.meta;
  }

  get log(): CallLog {
    return (this.#log ??= new BoundLog(this.#call));
  }
}
