import { FaultLog, requestFaultOf, serializeError, type ErrorCode, type FrameFault } from '@pixl-ipc/protocol';
import { kernelCredentials, type PeerCredentials } from '@pixl-ipc/credentials';
import type { Duplex } from 'node:stream';
import type { CallStream } from '../dispatch/call-stream';
import { OpenCalls } from '../dispatch/open-calls';
import type { WaitingLine } from '../dispatch/waiting-request';
import type { ConnectionHost } from './connection-host';
import { ConnectionWatch } from './connection-watch';
import { Inbox } from './inbox';
import { Outbox } from './outbox';
import { adoptSocket, descriptorOf } from './socket-adoption';

/** What one connection has of its own. */
export interface ConnectionOptions {
  /** Called once, when the connection is closed. */
  readonly onGone: (connection: Connection) => void;
  /** Who is at the other end, where that is known without asking. */
  readonly peer?: PeerCredentials | undefined;
}

/**
 * One socket ⇄ frames. Reads while its peer reads the replies, `framesPerTurn` frames at a time; passes frames to the
 * dispatcher; sends what comes back. Ends after its peer has, once every reply is out; aborts on any violation.
 *
 * @see docs/protocol.md#frames
 */
export class Connection {
  /** Requests of this connection that run now, and those among them that did not reply at once. */
  inFlight = 0;
  readonly calls = new OpenCalls();
  /** Bytes of requests that wait or run, kept by those who account for them. */
  requestBytes = 0;
  /** When it was first told that the server is going, kept by those who tell it. */
  refusedAt: number | undefined;
  /** Requests that wait for a place; undefined where none do. */
  waiting: WaitingLine | undefined;
  /** Streams to wake when the peer has read; undefined where none waits for that. */
  stalled: Set<CallStream> | undefined;
  /** Whether its peer has made a version 2 request, and so understands what only that version has. */
  speaksVersion2 = false;
  readonly faults: FaultLog;
  readonly #host: ConnectionHost;
  readonly #onGone: (connection: Connection) => void;
  readonly #socket: Duplex;
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  #accountedBytes = 0;
  /** When the newest bytes were read: no others are read before all of their frames are taken. */
  #receivedAt = 0;
  /** Whether that is still now: nothing has been done since. */
  #receivedNow = false;
  /** Undefined: nobody has asked. */
  #peer: PeerCredentials | null | undefined;
  #state: 'open' | 'peer finished' | 'ending' | 'closed' = 'open';
  readonly #watch: ConnectionWatch;

  constructor(accepted: Duplex, host: ConnectionHost, { onGone, peer }: ConnectionOptions) {
    this.#host = host;
    this.#onGone = onGone;
    this.#peer = peer;
    this.#watch = new ConnectionWatch(host.now());
    this.faults = new FaultLog({ to: host.faults, of: 'this connection', now: host.now });
    const { socket, shared } = adoptSocket(accepted, {
      shared: host.sharedReadBuffer,
      onBytes: (bytes) => this.#onBytes(bytes),
    });
    this.#socket = socket;
    this.#inbox = new Inbox(socket, {
      maxFrameBytes: host.limits.maxFrameBytes,
      blocks: host.blocks,
      turns: host.turns,
      shared,
      framesPerTurn: () => host.limits.framesPerTurn,
      mayRead: () => this.keepsUp,
      onFrame: (frame, bytes) => this.#onFrame(frame, bytes),
      onRead: () => {
        this.#outbox.release();
        this.#account();
      },
      onTurn: () => {
        if (this.#state === 'peer finished') this.#endWhenQuiet();
      },
    });
    this.#outbox = new Outbox(socket, {
      pool: host.blocks,
      onChange: () => this.#onOutboxChange(),
      onBackpressure: () => {
        host.stats.current.streamBackpressure++;
      },
    });
    socket.on('end', () => this.#onPeerFinished());
    socket.on('error', (error) => this.#onSocketError(error));
    socket.on('close', () => this.#onClosed());
  }

  /** Bytes this connection holds of the server's budget. */
  get heldBytes(): number {
    return this.#accountedBytes + this.requestBytes;
  }

  /** Who is at the other end, as the kernel says; null where it does not. Asked once, a few microseconds. */
  get peer(): PeerCredentials | null {
    if (this.#peer === undefined) this.#peer = kernelCredentials.read(descriptorOf(this.#socket));
    return this.#peer;
  }

  /** Whether nobody is there any more. */
  get closed(): boolean {
    return this.#state === 'closed';
  }

  /** Whether nothing is asked for and nothing left to send. */
  get quiet(): boolean {
    return this.inFlight === 0 && !this.waiting && !this.#inbox.unread && this.#outbox.pendingBytes === 0;
  }

  /** Whether more may be asked for and sent: the peer reads its replies, the more eagerly the less room is left. */
  get keepsUp(): boolean {
    if (this.#state === 'closed' || this.#state === 'ending') return false;
    const pending = this.#outbox.pendingBytes;
    // A peer that is gone seems to take everything at once.
    if (pending === 0) return this.#socket.writable;
    if (pending >= this.#host.limits.writeSoftBytes) return false;
    return !(this.#host.budget.strained && this.#socket.writableLength > 0);
  }

  /** How long the connection has been quiet and its peer silent. */
  idleMs(now: number): number {
    return this.#watch.idleMs(now, this.quiet);
  }

  /** Whether a frame has begun and not ended. */
  get midFrame(): boolean {
    return this.#inbox.midFrame;
  }

  /** Queues a reply frame. Returns its bytes, as {@link Outbox.add}; 0 where nobody is there to read it. */
  send(frame: string): number {
    if (this.#state === 'closed' || this.#state === 'ending') return 0;
    return this.#outbox.add(frame);
  }

  /** A call of this connection has settled. */
  callSettled(): void {
    if (this.#state === 'peer finished') this.#endWhenQuiet();
  }

  /** Sends what is queued, then closes. */
  end(): void {
    if (this.#state === 'closed') return;
    if (this.#state !== 'ending') {
      this.#state = 'ending';
      this.#inbox.drop();
      this.#account();
      this.#outbox.end();
      this.#socket.once('finish', () => this.destroy());
    }
    if (this.#socket.writableFinished) this.destroy();
  }

  /** Looks after the connection's timeouts; called a few times a second at least. */
  sweep(now: number): void {
    const { limits } = this.#host;
    this.#probePeer();
    const pending = this.#outbox.pendingBytes;
    const expired = this.#watch.sweep({
      now,
      limits,
      midFrame: this.#inbox.midFrame,
      quiet: this.quiet,
      // A peer that will ask no more has nothing left to do but read.
      owesReading: pending >= limits.writeSoftBytes || (pending > 0 && this.#state !== 'open'),
    });
    switch (expired) {
      case 'frame_timeout':
        this.abort('deadline_exceeded', expired, `a frame has begun but not ended within ${limits.frameTimeoutMs} ms`);
        break;
      case 'slow_reader': {
        const message = `client has not read its replies for ${limits.slowReaderTimeoutMs} ms: ${pending} bytes wait`;
        this.abort('resource_exhausted', expired, message);
        break;
      }
      case 'idle':
        this.#host.stats.error('idle_timeout');
        this.end();
        break;
      case undefined:
    }
  }

  /** Closes at once. The peer is told why where it can still be told. */
  abort(code: ErrorCode, reason: string, message: string): void {
    if (this.#state === 'closed') return;
    this.#host.stats.error(reason);
    this.faults.log('client_socket_err', message, { reason });
    if (this.#state !== 'ending' && this.#outbox.pendingBytes === 0) {
      this.#socket.write(serializeError({ version: 1, id: null }, { code, message }));
    }
    this.destroy();
  }

  /** Closes at once, without a word. */
  destroy(): void {
    this.#socket.destroy();
    this.#onClosed();
  }

  #onBytes(bytes: Buffer): void {
    if (this.#state !== 'open') return;
    this.#watch.sawBytes();
    this.#receivedAt = this.#host.now();
    this.#receivedNow = true;
    this.#outbox.gather();
    try {
      this.#inbox.receive(bytes, this.#receivedAt);
    } finally {
      this.#receivedNow = false;
      this.#outbox.release();
    }
  }

  #onFrame(frame: string | FrameFault, bytes: number): void {
    this.#watch.sawFrame();
    // What was held of a large frame is the request's from here on.
    if (this.#bytesHere() < this.#accountedBytes) this.#account();
    this.#take(frame, bytes);
  }

  #take(frame: string | FrameFault, bytes: number): void {
    const { dispatcher } = this.#host;
    // Frames behind it may have waited for its handler, and others' work: only for the first the clock has not moved.
    const isFirst = this.#receivedNow;
    this.#receivedNow = false;
    if (typeof frame === 'string') {
      const receivedAt = this.#receivedAt;
      dispatcher.dispatch({ connection: this, frame, bytes, receivedAt }, isFirst ? receivedAt : this.#host.now());
    } else dispatcher.answerFault(this, requestFaultOf(frame));
  }

  #onOutboxChange(): void {
    if (this.#state === 'closed') return;
    const { limits } = this.#host;
    const pending = this.#outbox.pendingBytes;
    if (pending > limits.writeHardBytes) {
      const message = `client does not read: ${pending} bytes of replies wait, limit ${limits.writeHardBytes}`;
      this.abort('resource_exhausted', 'slow_reader', message);
      return;
    }
    if (pending < limits.writeSoftBytes) this.#watch.sawReading();
    this.#account();
    this.#inbox.readOn();
    if (this.stalled && this.keepsUp) this.#wakeStalled(this.stalled);
    if (this.#state === 'peer finished') this.#endWhenQuiet();
  }

  #wakeStalled(streams: ReadonlySet<CallStream>): void {
    this.stalled = undefined;
    for (const stream of streams) stream.wake();
  }

  /** Bytes on their way in and out. */
  #bytesHere(): number {
    return this.#state === 'closed' ? 0 : this.#inbox.heldBytes + this.#outbox.pendingBytes;
  }

  #account(): void {
    const held = this.#bytesHere();
    const delta = held - this.#accountedBytes;
    if (delta === 0) return;
    this.#accountedBytes = held;
    this.#host.budget.change(delta);
    if (delta > 0 && this.#host.budget.isOver) this.#host.onOverBudget();
  }

  /** The peer sends no more, but it may still read: what it asked for is answered. */
  #onPeerFinished(): void {
    if (this.#state !== 'open') return;
    this.#state = 'peer finished';
    this.#inbox.read();
    this.#endWhenQuiet();
    this.#probePeer();
  }

  /**
   * Finds out whether a peer that sends no more still reads, so that nothing runs on for one that was killed. A write of
   * nothing does: the kernel refuses it where the peer has closed both ways.
   */
  #probePeer(): void {
    if (this.#state === 'peer finished' && this.#outbox.pendingBytes === 0) this.#socket.write('');
  }

  #endWhenQuiet(): void {
    if (this.#inbox.unread) return;
    const last = this.#inbox.end();
    if (last) this.#take(last.frame, last.bytes);
    if (this.inFlight === 0 && !this.waiting) this.end();
  }

  #onSocketError(error: NodeJS.ErrnoException): void {
    // Clients may leave at any time: EPIPE and ECONNRESET are news, not trouble.
    const gone = error.code === 'EPIPE' || error.code === 'ECONNRESET';
    if (gone) this.#host.log.debug(5, 'Client left before its replies', { code: error.code });
    else this.faults.log('client_socket_err', error.message, { code: error.code });
    // At once: until the handle is closed, everything the peer had asked for would run, and be answered to nobody.
    this.destroy();
  }

  #onClosed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#outbox.discard();
    this.#inbox.drop();
    this.#account();
    this.#host.dispatcher.forget(this);
    this.faults.close();
    this.#onGone(this);
  }
}
