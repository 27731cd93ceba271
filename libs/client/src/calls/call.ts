import type { DeadlineEntry, IpcError, ReplyEnvelope, RequestTerms } from '@pixl-ipc/protocol';
import type { Timer } from '../clock';
import type { Channel } from '../connection/channel';
import type { AbortSignals } from './abort-signals';
import type { ClientCallTrace } from './call-trace';
import type { InterceptedCall } from './intercepted-call';
import type { OutgoingCall } from './outgoing-call';

/**
 * A request and what becomes of it, from its start to its one outcome. It is its own {@link RequestTerms}, so that none are
 * made for each. Most fields are the business of those who handle calls: {@link OpenCalls} until `limitMs`, then the
 * switchboard and the channel.
 */
export abstract class Call implements RequestTerms, DeadlineEntry {
  deadlineSlot = -1;
  deadlineNext: DeadlineEntry | undefined = undefined;
  deadlinePrevious: DeadlineEntry | undefined = undefined;
  /** Whether it has begun and has no outcome yet. */
  open = false;
  /** When it fails, by the client's clock. */
  deadline = Infinity;

  readonly uri: string;
  /** Milliseconds until it fails; 0 or Infinity: it may wait for ever. */
  readonly limitMs: number;
  readonly repeat: OutgoingCall['repeat'];
  readonly oneway: boolean;
  readonly more: boolean;
  readonly credit: number;
  meta: OutgoingCall['meta'];
  readonly contract: string | undefined;
  /** Milliseconds left when it was sent, for the server; undefined where it waits for ever, or for nothing. */
  timeoutMs: number | undefined = undefined;
  /** Its data as JSON, settled when it was started. */
  dataText: string | undefined = undefined;

  /** The connection it is on; undefined while it waits for one. */
  channel: Channel | undefined = undefined;
  /** What its reply is known by there, and the number of its request. */
  id = '';
  frame = -1;
  /** How often its request was given to a connection. */
  attempts = 0;
  /** Whether its request may have been executed, sent on a connection before this one. */
  sentBefore = false;
  /** Runs when it is to be sent again, where a server has refused it for now. */
  rest: Timer | undefined = undefined;
  /** The call that interceptors passed this one on for; undefined where there are none. */
  of: InterceptedCall | undefined = undefined;
  /** Tells those who watch calls; undefined while nobody does. */
  trace: ClientCallTrace | undefined = undefined;
  #signal: AbortSignal | undefined = undefined;
  #signals: AbortSignals | undefined = undefined;

  constructor({ kind, uri, timeoutMs, repeat, credit, meta, contract }: OutgoingCall) {
    this.uri = uri;
    this.limitMs = timeoutMs;
    this.repeat = repeat;
    this.oneway = kind === 'notify';
    this.more = kind === 'stream';
    this.credit = credit;
    this.meta = meta;
    this.contract = contract;
  }

  /**
   * Its outcome: the local error that ended it, or its last reply, an error reply among them; a oneway call that was sent
   * has neither. Runs exactly once, never before the call was made, and does not throw.
   */
  abstract settle(error: IpcError | undefined, reply: ReplyEnvelope | undefined): void;

  /** Takes in a reply that others follow, where it asked for `more`. Returns what ends the call, if that does. */
  item?(reply: ReplyEnvelope): IpcError | undefined;

  /** Whether it may be sent again at all. */
  get repeatable(): boolean {
    return this.repeat !== 'never';
  }

  /** Is given up when `signal` aborts, until {@link unwatch}. */
  watch(signal: AbortSignal, signals: AbortSignals): void {
    this.#signal = signal;
    this.#signals = signals;
    signals.add(this, signal);
  }

  /** The signal does not concern it any more. */
  unwatch(): void {
    if (!this.#signal) return;
    this.#signals?.delete(this, this.#signal);
    this.#signal = this.#signals = undefined;
  }
}
