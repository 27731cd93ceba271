import { LatencyHistogram } from './latency-histogram';
import { Tally } from './tally';

/** An endpoint's distinct error codes that are counted by name: the protocol has 13, a contract declares a few more. */
const MAX_CODES = 64;

/** The code of a call that nobody could be told the end of: its caller was gone, or its server gave up. */
export const ABANDONED = 'abandoned';

/** Counts what happens to the calls of one endpoint, since the server started. */
export class EndpointStats {
  /** Calls that began. */
  calls = 0;
  /** Calls by version 1 of the protocol. */
  version1Calls = 0;
  /** Calls from a stub that was generated from another contract than the endpoint's. */
  outdatedCalls = 0;
  /** Bytes of request frames, and of reply frames that were sent, newlines not counted. */
  receivedBytes = 0;
  sentBytes = 0;
  /** From the start of the handler to the end of the call, however it ended. */
  readonly latency = new LatencyHistogram();
  readonly #errors = new Tally(MAX_CODES);

  constructor(
    /** The URI, or the pattern, that the endpoint serves. */
    readonly endpoint: string,
    /** What it was registered as. */
    readonly handler: string,
  ) {}

  /** Calls that run now. */
  get inFlight(): number {
    return this.calls - this.latency.count;
  }

  /** Calls that ended without a result, by the code of the error, or {@link ABANDONED}. */
  get errors(): Iterable<[code: string, count: number]> {
    return this.#errors;
  }

  /** Calls that were answered without an error. */
  get succeeded(): number {
    let failed = 0;
    for (const [, count] of this.#errors) failed += count;
    return this.latency.count - failed;
  }

  /** A reply frame of so many bytes leaves, its newline among them. */
  sent(frameBytes: number): void {
    this.sentBytes += frameBytes - 1;
  }

  /** A call has ended after `ms`, with an error where there is a code. */
  ended(ms: number, code: string | undefined): void {
    this.latency.record(ms);
    if (code !== undefined) this.#errors.add(code);
  }
}
