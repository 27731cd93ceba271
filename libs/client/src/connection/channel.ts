import {
  CANCEL_URI,
  CREDIT_URI,
  MessageFault,
  parseReply,
  requestHead,
  type FrameFault,
  type IpcError,
  type ProtocolVersion,
  type ReplyEnvelope,
  type RequestId,
  type WireError,
} from '@pixl-ipc/protocol';
import type { Call } from '../calls/call';
import type { CallIds } from '../calls/call-ids';
import { CallsById } from '../calls/calls-by-id';
import type { Dialect } from '../calls/dialect';
import * as localError from '../local-error';
import type { ClientLimits } from '../options';
import type { Dialer } from '../transport/dialer';
import { Connection } from './connection';

/** How many characters of an unreadable reply are looked at to find whose it is. */
const HEAD_CHARS = 1_024;
const NEWLINE_BYTES = 1;

/** What a channel tells its owner. None may throw. */
export interface ChannelEvents {
  readonly onOpen: (channel: Channel) => void;
  /** A reply to a call of this channel. */
  readonly onReply: (call: Call, reply: ReplyEnvelope) => void;
  /** A oneway call's request is the kernel's. */
  readonly onWritten: (call: Call) => void;
  /** The server is stopping, for the reason it says: nothing new is to be asked here. Once. */
  readonly onGoAway: (channel: Channel, why: string) => void;
  /** A message that answers no call of this channel. */
  readonly onStray: (channel: Channel, reply: ReplyEnvelope) => void;
  /** A frame that could not be read: a call's reply, or nobody's. */
  readonly onUnreadable: (call: Call | undefined, error: IpcError) => void;
  /** It is over, once, and not by {@link Channel.close}; `cause` is undefined where the server closed it. */
  readonly onGone: (channel: Channel, cause: Error | undefined) => void;
}

/** What channels of one client have in common. */
export interface ChannelParts {
  readonly dialer: Dialer;
  readonly dialect: Dialect;
  readonly limits: Pick<ClientLimits, 'maxFrameBytes' | 'maxJsonDepth'>;
}

/** One connection and the calls on it: gives them ids, sends their requests, and knows by a reply whose it is. */
export class Channel {
  readonly #parts: ChannelParts;
  readonly #events: ChannelEvents;
  readonly #connection: Connection;
  readonly #ids: CallIds;
  readonly #calls = new CallsById();
  /** What the server has answered in so far; undefined where it has not. */
  #version: ProtocolVersion | undefined;
  #lastWord: WireError | undefined;
  #leaving = false;

  constructor(parts: ChannelParts, events: ChannelEvents) {
    this.#parts = parts;
    this.#events = events;
    this.#ids = parts.dialect.ids();
    this.#connection = new Connection(parts.dialer, parts.limits, {
      onOpen: () => events.onOpen(this),
      onFrame: (text) => this.#onFrame(text),
      onFault: ({ code, message, head }) => this.#onUnreadable(code, message, head),
      onGone: (cause, rest) => this.#onGone(cause, rest),
    });
  }

  /** Whether the server is going: what was asked here is finished, and nothing new asked. */
  get leaving(): boolean {
    return this.#leaving;
  }

  /** Calls whose outcome is still to come. */
  get size(): number {
    return this.#calls.size;
  }

  /** Bytes, roughly, that the kernel has not taken. */
  get bufferedBytes(): number {
    return this.#connection.bufferedBytes;
  }

  /** What the server last said to nobody in particular, if that was an error: why it is about to close. */
  get lastWord(): WireError | undefined {
    return this.#lastWord;
  }

  /** Whether a call had that id here at some time: tells a late reply from a stray one. */
  gave(id: RequestId): boolean {
    return this.#ids.wasGiven(id);
  }

  /** Sends a call's request, or returns why it cannot be sent: then nothing was. */
  carry(call: Call): IpcError | undefined {
    const id = this.#ids.next();
    let frame: string;
    try {
      frame = this.#parts.dialect.request(call, id);
    } catch (error) {
      // Whoever called may have passed what is no uri, or meta of a kind that JSON has no form for.
      return localError.notSerializable(error);
    }
    const { maxFrameBytes } = this.#parts.limits;
    // A character is 1 to 3 bytes: most frames need no counting.
    if (frame.length * 3 > maxFrameBytes) {
      const bytes = Buffer.byteLength(frame) - NEWLINE_BYTES;
      if (bytes > maxFrameBytes) return localError.requestTooLarge(bytes, maxFrameBytes);
    }
    call.id = id;
    call.channel = this;
    call.attempts++;
    this.#calls.add(call);
    const onWritten = call.oneway ? () => this.#onWritten(call, id) : undefined;
    call.frame = this.#connection.send(frame, onWritten);
    // It may be large, and is not needed again.
    if (call.repeat === 'never') call.dataText = undefined;
    return undefined;
  }

  /** The call is no longer this channel's affair: it has settled. */
  drop(call: Call): void {
    this.#calls.delete(call);
  }

  /** Its calls, as they stand now. */
  calls(): Call[] {
    return this.#calls.all();
  }

  /** Whether the call's request may have reached the server; false: it certainly has not. */
  mayHaveLeft(call: Call): boolean {
    return this.#connection.mayHaveLeft(call.frame);
  }

  /** Tells the server that nobody waits for the call any more. @see docs/protocol.md#control */
  cancel(call: Call): void {
    this.#control(CANCEL_URI, { id: call.id });
  }

  /** Tells the server that the call's time is over, which it may have begun to count late. @see docs/protocol.md#control */
  expire(call: Call): void {
    this.#control(CANCEL_URI, { id: call.id, expired: true });
  }

  /** Lets the server send `items` more of a stream. @see docs/protocol.md#control */
  grant(call: Call, items: number): void {
    this.#control(CREDIT_URI, { id: call.id, n: items });
  }

  /** Sends what was sent to the end, then ends. `onEnded` runs when the stream is closed. */
  close(onEnded: () => void): void {
    this.#connection.close(onEnded);
  }

  /** Ends at once. */
  destroy(): void {
    this.#connection.destroy();
  }

  /** A server of version 1 would only log an unknown uri. */
  #control(uri: string, data: Readonly<Record<string, unknown>>): void {
    const { control } = this.#parts.dialect;
    if (control && this.#version !== 1) this.#connection.send(control(this.#ids.next(), uri, data));
  }

  #onFrame(text: string): void {
    const reply = parseReply(text, this.#parts.limits.maxJsonDepth);
    if (reply instanceof MessageFault) this.#onUnreadable('parse_error', reply.message, text.slice(0, HEAD_CHARS));
    else this.#onReply(reply);
  }

  #onReply(reply: ReplyEnvelope): void {
    this.#lastWord = reply.id === null ? reply.error : undefined;
    // A server tells only those who ask in version 2; the original's clients hand everything without an id to their user.
    if (reply.goaway && this.#parts.dialect.version === 2) {
      this.#onGoAway(reply.error?.message ?? '');
      if (reply.id === null) return;
    }
    const call = this.#callOf(reply.id);
    if (!call) {
      this.#events.onStray(this, reply);
      return;
    }
    this.#version ??= reply.version;
    this.#events.onReply(call, reply);
  }

  #onGoAway(why: string): void {
    if (this.#leaving) return;
    this.#leaving = true;
    this.#events.onGoAway(this, why);
  }

  /** A reply that cannot be read ends its call now rather than at its deadline, if its beginning shows whose it is. */
  #onUnreadable(code: FrameFault['code'], message: string, head: string): void {
    this.#events.onUnreadable(this.#callOf(requestHead(head).id), localError.unreadableReply(code, message));
  }

  #callOf(id: ReplyEnvelope['id']): Call | undefined {
    return typeof id === 'string' ? this.#calls.get(id) : undefined;
  }

  #onWritten(call: Call, id: string): void {
    // It may have ended since, and been sent again elsewhere.
    if (this.#calls.get(id) === call) this.#events.onWritten(call);
  }

  #onGone(cause: Error | undefined, rest: string | undefined): void {
    // The server's last word, where it left out nothing but the line's end.
    const last = rest === undefined ? undefined : parseReply(rest, this.#parts.limits.maxJsonDepth);
    if (last && !(last instanceof MessageFault)) this.#onReply(last);
    this.#events.onGone(this, cause);
  }
}
