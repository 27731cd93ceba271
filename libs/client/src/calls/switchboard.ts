import { clientCalls, jsonText, noJsonForm, type IpcError, type ReplyEnvelope } from '@pixl-ipc/protocol';
import type { ClientState } from '../client-state';
import { Channel } from '../connection/channel';
import { Connector } from '../connector/connector';
import * as localError from '../local-error';
import type { ClientNotice, NoticeListener } from '../notice';
import type { ClientSettings } from '../options';
import { ProcessHold } from '../process-hold';
import type { Dialer } from '../transport/dialer';
import type { Call } from './call';
import { ClientCallTrace } from './call-trace';
import type { Dialect } from './dialect';
import { InterceptedCall } from './intercepted-call';
import { OpenCalls } from './open-calls';
import { outlivesConnection, waitAfterRefusal } from './repeat';
import { WaitingRoom } from './waiting-room';

/** What a switchboard is made of. */
export interface SwitchboardParts {
  readonly settings: ClientSettings;
  readonly dialer: Dialer;
  readonly dialect: Dialect;
  /** Whether a call without a connection waits for one, and `close()` is for good; else it fails at once. */
  readonly waits: boolean;
  /** Whether a connection keeps the process alive, idle or not; else only calls do. */
  readonly holdsProcess: boolean;
  readonly tell: NoticeListener;
  readonly onState: (state: ClientState, previous: ClientState) => void;
}

/**
 * Connects calls: puts each on a connection, or lets it wait for one, sends again what may be, and sees that every call
 * has its one outcome: a reply, an error reply, a local error, at its deadline (at most 100 ms late), or at `close()`.
 */
export class Switchboard {
  readonly #parts: SwitchboardParts;
  readonly #connector: Connector;
  readonly #calls: OpenCalls;
  readonly #waiting = new WaitingRoom();
  /** Calls that a server has refused for now. */
  readonly #resting = new Set<Call>();
  /** Calls in the hands of interceptors. */
  readonly #intercepted = new Set<InterceptedCall>();
  readonly #hold: ProcessHold | undefined;
  #state: ClientState = 'idle';
  #ending: 'draining' | 'closed' | undefined;
  /** Why there is no connection; undefined where there is one, or none was tried. */
  #failure: IpcError | undefined;

  constructor(parts: SwitchboardParts) {
    this.#parts = parts;
    const { dialer, dialect, settings, holdsProcess } = parts;
    this.#hold = holdsProcess ? undefined : new ProcessHold();
    this.#calls = new OpenCalls({
      clock: settings.clock,
      hold: this.#hold,
      onExpired: (call) => this.#onExpired(call),
      onLeft: (call) => this.#onLeft(call),
    });
    const dial = (): Channel =>
      new Channel(
        { dialer, dialect, limits: settings },
        {
          onOpen: (channel) => this.#connector.opened(channel),
          onReply: (call, reply) => this.#onReply(call, reply),
          onWritten: (call) => this.#calls.settle(call, undefined, undefined),
          onGoAway: (channel, message) => this.#onGoAway(channel, message),
          onStray: (channel, reply) => this.#onStray(channel, reply),
          onUnreadable: (call, error) => this.#onUnreadable(call, error),
          onGone: (channel, cause) => this.#onGone(channel, cause),
        },
      );
    this.#connector = new Connector(
      { describe: dialer.describe, settings, holdsProcess },
      {
        dial,
        onOpen: () => this.#onOpen(),
        onFailed: (error) => this.#onFailed(error),
        isWanted: () => this.#waiting.size > 0,
        onChange: () => this.#onChange(),
      },
    );
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Whether a call would find a connection. */
  get isOpen(): boolean {
    return this.#connector.channel !== undefined;
  }

  /** Calls whose outcome is still to come. */
  get size(): number {
    return this.#calls.size;
  }

  /**
   * Resolves when a connection is open, at once where one is. A failed attempt is repeated only for calls that wait, or by
   * the next `connect()`; once a connection was open, a lost one is replaced until `close()`.
   *
   * @throws unavailable if the attempt fails or `close()` is called meanwhile, permission_denied if another server than
   * expected answers
   */
  async connect(): Promise<void> {
    if (this.#ending && this.#parts.waits) throw localError.closedHere();
    this.#ending = undefined;
    this.#hold?.take();
    try {
      await this.#connector.connect();
    } finally {
      this.#hold?.release();
    }
  }

  /**
   * Starts a call. What `data` holds is settled now, whenever it is sent.
   *
   * @returns Why it cannot be started: then it does not settle by itself. Undefined: it settles, later.
   */
  start(call: Call, data: unknown): IpcError | undefined {
    if (!clientCalls.hasSubscribers) return this.#start(call, data);
    const { dialer, dialect, settings } = this.#parts;
    const { describe: server } = dialer;
    call.trace = new ClientCallTrace(call, { server, version: dialect.version, now: () => settings.clock.now() });
    return call.trace.start(() => this.#start(call, data));
  }

  /**
   * Takes in a call before its interceptors are asked: it counts, and its time begins.
   *
   * @returns Why it cannot be taken in: then it does not settle by itself.
   */
  admit(call: InterceptedCall): IpcError | undefined {
    const refusal = this.#refusal(call);
    if (refusal) return refusal;
    this.#intercepted.add(call);
    this.#calls.add(call);
    return undefined;
  }

  /** The interceptors have made an outcome of it. Harmless where it has settled. */
  release(call: InterceptedCall): void {
    if (call.open) this.#calls.remove(call);
  }

  #start(call: Call, data: unknown): IpcError | undefined {
    const refusal = this.#refusal(call);
    if (refusal) return refusal;
    try {
      call.dataText = jsonText(data);
    } catch (error) {
      return localError.notSerializable(error);
    }
    // The original's clients send such a request without data.
    if (call.dataText === undefined && data !== undefined && this.#parts.dialect.version === 2) {
      return localError.notSerializable(noJsonForm(data));
    }
    this.#calls.add(call);
    const unplaced = this.#place(call);
    if (unplaced) this.#calls.remove(call);
    return unplaced;
  }

  /** Ends a call that was started and that nobody wants any more; harmless where it has settled. */
  cancel(call: Call, error: IpcError): void {
    if (!call.open) return;
    if (call instanceof InterceptedCall) {
      this.#end(call, error, (passedOn) => {
        const sent = passedOn.sentBefore || passedOn.channel !== undefined;
        this.cancel(passedOn, localError.forCall(error, { sent }));
      });
      return;
    }
    call.channel?.cancel(call);
    this.#calls.settle(call, error, undefined);
  }

  /** Ends a call that its interceptors have not, and by `end` what they have passed on. */
  #end(call: InterceptedCall, error: IpcError, end: (passedOn: Call) => void): void {
    for (const passedOn of call.passedOn) end(passedOn);
    const fail = (): void => {
      if (call.open) this.#fail(call, error);
    };
    // What they make at once of the end of what they passed on is its outcome still.
    if (call.begun) setImmediate(fail);
    else fail();
  }

  /** Lets the server send `items` more of a stream; harmless where it has ended. */
  grant(call: Call, items: number): void {
    if (call.open) call.channel?.grant(call, items);
  }

  /**
   * Waits at most `drainMs` for calls to settle, fails the rest, sends what was sent to the end, and closes. Resolves when
   * no socket and no timer is left.
   */
  async close(drainMs = 0): Promise<void> {
    if (drainMs > 0 && this.size > 0) {
      this.#ending ??= 'draining';
      this.#onChange();
      await this.#calls.none(drainMs);
    }
    this.#hold?.take();
    const { channels } = this.#connector;
    const closed = this.#connector.close();
    this.#ending = 'closed';
    this.#onChange();
    this.#failAll(channels, localError.closedHere(), { oneway: false });
    await closed;
    // What was sent oneway has been written by now, or it never will be.
    this.#failAll(channels, localError.closedHere(), { oneway: true });
    if (this.#intercepted.size > 0) await new Promise((resolve) => setImmediate(resolve));
    this.#hold?.release();
    // Unless `connect()` has begun anew.
    if (this.size > 0) return;
    this.#calls.end();
    this.#hold?.end();
  }

  #onChange(): void {
    const previous = this.#state;
    this.#state = this.#ending ?? this.#connector.state;
    if (this.#state !== previous) this.#parts.onState(this.#state, previous);
  }

  /** Why a call cannot be started now. */
  #refusal({ of: admitted }: Call): IpcError | undefined {
    const { channel } = this.#connector;
    const { settings, dialer, waits } = this.#parts;
    if (!waits && !channel) return localError.notOpen(dialer.describe);
    if (this.#ending === 'closed' || (this.#ending && !admitted)) return localError.closedHere();
    if (this.size >= settings.maxPending && !admitted) return localError.tooManyCalls(settings.maxPending);
    const buffered = (channel?.bufferedBytes ?? 0) + this.#waiting.chars;
    if (buffered <= settings.maxBufferedBytes) return undefined;
    return localError.tooMuchBuffered(buffered, settings.maxBufferedBytes);
  }

  /** Puts a call where it belongs now, or returns why that is nowhere. */
  #place(call: Call): IpcError | undefined {
    const { channel } = this.#connector;
    if (channel) return channel.carry(call);
    const { waits, dialer, settings } = this.#parts;
    if (!waits) return localError.notOpen(dialer.describe);
    if (this.#ending === 'closed') return localError.closedHere();
    // More characters than bytes are allowed: nothing that is worth waiting for.
    const chars = call.dataText?.length ?? 0;
    if (chars > settings.maxFrameBytes) return localError.requestTooLarge(chars, settings.maxFrameBytes);
    this.#waiting.add(call);
    this.#connector.ensure();
    return undefined;
  }

  /** The same for a call that has waited, or was sent before. */
  #placeAgain(call: Call): void {
    const leftMs = call.deadline - this.#parts.settings.clock.now();
    if (leftMs <= 0) {
      this.#onExpired(call);
      return;
    }
    if (call.timeoutMs !== undefined) call.timeoutMs = Math.ceil(leftMs);
    const unplaced = this.#place(call);
    if (unplaced) this.#fail(call, unplaced);
  }

  /** Fails a call that is not on a connection. */
  #fail(call: Call, error: IpcError): void {
    this.#calls.settle(call, localError.forCall(error, { sent: call.sentBefore }), undefined);
  }

  /** Fails the calls that are oneway, or those that are not. */
  #failAll(channels: readonly Channel[], error: IpcError, { oneway }: { readonly oneway: boolean }): void {
    const isMeant = (call: Call): boolean => call.oneway === oneway;
    for (const call of [...this.#waiting.all(), ...this.#resting].filter(isMeant)) this.#fail(call, error);
    for (const channel of channels) {
      for (const call of channel.calls().filter(isMeant)) this.#afterLoss(call, channel, error);
    }
    for (const call of [...this.#intercepted].filter(isMeant)) this.cancel(call, error);
  }

  #onOpen(): void {
    this.#failure = undefined;
    this.#parts.tell({ kind: 'opened' });
    for (const call of this.#waiting.take()) this.#placeAgain(call);
  }

  #onFailed(error: IpcError): void {
    this.#failure = error;
    const hopeless = !this.#connector.repeats || localError.isLasting(error);
    const failing = this.#waiting.all().filter((call) => hopeless || !call.repeatable);
    // Nothing is tried for those who do not wait for it.
    for (const call of failing) this.#waiting.delete(call);
    this.#tellOfEnd({ kind: 'connect_failed', error }, this.#connector.replace());
    // A listener may have ended it.
    for (const call of failing) if (call.open) this.#fail(call, error);
  }

  /** Tells how a connection, or an attempt at one, ended, and when the next attempt is made, which is arranged already. */
  #tellOfEnd(notice: ClientNotice, delayMs: number | undefined): void {
    this.#onChange();
    this.#parts.tell(notice);
    // Unless a listener has closed us.
    if (delayMs !== undefined && this.#ending !== 'closed') this.#parts.tell({ kind: 'retry', delayMs });
  }

  #onReply(call: Call, reply: ReplyEnvelope): void {
    if (reply.continues && call.item && !reply.error) {
      const fault = call.item(reply);
      if (fault) this.cancel(call, fault);
      return;
    }
    const waitMs = reply.error && waitAfterRefusal(call, reply, this.#parts.settings);
    if (waitMs === undefined) this.#calls.settle(call, undefined, reply);
    else this.#rest(call, waitMs, reply);
  }

  /** Sends a call again after `waitMs`. */
  #rest(call: Call, waitMs: number, { goaway }: ReplyEnvelope): void {
    this.#onLeft(call);
    call.sentBefore ||= !goaway;
    this.#resting.add(call);
    call.rest = this.#parts.settings.clock.afterUnlessExit(waitMs, () => {
      this.#onLeft(call);
      this.#placeAgain(call);
    });
  }

  /** A call is no longer where it was. */
  #onLeft(call: Call): void {
    const { channel } = call;
    if (channel) {
      channel.drop(call);
      call.channel = undefined;
      if (channel.leaving && channel.size === 0) this.#connector.end(channel);
      return;
    }
    this.#waiting.delete(call);
    if (call instanceof InterceptedCall) this.#intercepted.delete(call);
    if (!call.rest) return;
    call.rest.cancel();
    call.rest = undefined;
    this.#resting.delete(call);
  }

  #onExpired(call: Call): void {
    if (call instanceof InterceptedCall) {
      this.#end(call, localError.notLetGo(call), (passedOn) => this.#onExpired(passedOn));
      return;
    }
    const { channel } = call;
    // The server has the same deadline, from when it reads the request: it may read it late.
    if (channel && !call.oneway) channel.expire(call);
    const error = channel ? localError.timedOut(call) : localError.waitedInVain(call, this.#failure);
    this.#calls.settle(call, error, undefined);
  }

  #onGoAway(channel: Channel, message: string): void {
    this.#tellOfEnd({ kind: 'goaway', message }, this.#connector.retire(channel));
    if (channel.size === 0) this.#connector.end(channel);
  }

  #onStray(channel: Channel, reply: ReplyEnvelope): void {
    const kind = reply.id === null ? 'push' : channel.gave(reply.id) ? 'late' : 'unmatched';
    this.#parts.tell({ kind, reply });
  }

  #onUnreadable(call: Call | undefined, error: IpcError): void {
    if (!call) this.#parts.tell({ kind: 'unreadable', error });
    // More of a stream would come for nothing.
    else if (call.more) this.cancel(call, error);
    else this.#calls.settle(call, error, undefined);
  }

  #onGone(channel: Channel, cause: Error | undefined): void {
    if (!this.#connector.gone(channel, cause)) return;
    const { dialer, dialect } = this.#parts;
    const { lastWord } = channel;
    // In version 1 there is one error for all of it, the original's.
    const isRefused = dialect.version === 2 && lastWord?.refused;
    const error = isRefused
      ? localError.connectionRefused(dialer.describe, lastWord)
      : localError.connectionLost(dialer.describe, cause, lastWord);
    this.#failure = error;
    const calls = channel.calls();
    // Before anybody asks for a connection: at once there would be one only to be refused again.
    const delayMs = this.#connector.replace();
    this.#tellOfEnd({ kind: 'lost', error, pendingCalls: calls.length }, delayMs);
    for (const call of calls) this.#afterLoss(call, channel, error);
  }

  /** What becomes of a call whose connection has ended: it goes on elsewhere, or fails. */
  #afterLoss(call: Call, channel: Channel, error: IpcError): void {
    // Whoever settled before it may have ended it.
    if (!call.open) return;
    const mayHaveRun = channel.mayHaveLeft(call) && !channel.lastWord?.refused;
    this.#onLeft(call);
    call.sentBefore ||= mayHaveRun;
    const goesOn = this.#connector.repeats && !localError.isLasting(error) && this.#ending !== 'closed';
    if (goesOn && outlivesConnection(call, mayHaveRun)) this.#placeAgain(call);
    else this.#fail(call, error);
  }
}
