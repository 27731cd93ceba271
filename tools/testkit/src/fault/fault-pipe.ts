import type { Socket } from 'node:net';
import { wholeTurn } from '../turn';
import { NO_FAULT, type Fault } from './fault';

/** One direction of a proxied connection: reads from one socket, writes to another, and does to the bytes what is set. */
export class FaultPipe {
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #random: () => number;
  #fault: Fault = NO_FAULT;
  /** Bytes that have passed since the fault was set. */
  #passed = 0;
  #wake: (() => void) | undefined;

  /** @param random 0 ≤ number < 1, for delays */
  constructor(source: Socket, sink: Socket, random: () => number) {
    this.#source = source;
    this.#sink = sink;
    this.#random = random;
  }

  /** Replaces the fault at once, also for bytes that are held by a stall, a delay or a drip. */
  set(fault: Fault): void {
    this.#fault = fault;
    this.#passed = 0;
    this.#wake?.();
  }

  /** Moves bytes until the source ends or either socket is gone, and hands an end or a death on. Never rejects. */
  async run(): Promise<void> {
    try {
      // Without destroyOnReturn: the socket's other direction goes on after an end.
      for await (const chunk of this.#source.iterator({ destroyOnReturn: false })) {
        await this.#forward(chunk as Buffer);
      }
      if (!this.#sink.writableEnded) this.#sink.end();
    } catch {
      // The source broke; what stands behind it is told by the same means.
      this.#sink.destroy();
    }
  }

  async #forward(chunk: Buffer): Promise<void> {
    let rest = chunk;
    while (rest.length > 0 && this.#sink.writable) {
      const fault = this.#fault;
      switch (fault.kind) {
        case 'none':
          rest = await this.#pass(rest, rest.length);
          break;
        case 'fragment':
          rest = await this.#pass(rest, fault.bytes);
          await wholeTurn();
          break;
        case 'delay':
          await this.#hold(fault.minMs + this.#random() * (fault.maxMs - fault.minMs));
          if (this.#fault === fault) rest = await this.#pass(rest, rest.length);
          break;
        case 'drip':
          rest = await this.#pass(rest, fault.bytes);
          await this.#hold(fault.everyMs);
          break;
        case 'stall':
          await this.#hold();
          break;
        case 'truncate':
          await this.#pass(rest, Math.max(0, fault.afterBytes - this.#passed));
          if (this.#passed >= fault.afterBytes) this.#sink.end();
          return;
        case 'flip':
          rest = await this.#pass(flipped(rest, fault.afterBytes - this.#passed, fault.bit), rest.length);
          break;
      }
    }
  }

  /** Writes the first `count` bytes and returns the others, when the kernel has taken them. */
  async #pass(bytes: Buffer, count: number): Promise<Buffer> {
    const piece = bytes.subarray(0, count);
    this.#passed += piece.length;
    if (piece.length > 0) await new Promise<void>((resolve) => this.#sink.write(piece, () => resolve()));
    return bytes.subarray(piece.length);
  }

  /** Waits `ms`, or without end; another fault or the end of the sink ends the wait. */
  #hold(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.#wake?.(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#sink.off('close', wake);
        this.#wake = undefined;
        resolve();
      };
      const wake = this.#wake;
      this.#sink.once('close', wake);
    });
  }
}

function flipped(bytes: Buffer, index: number, bit: number): Buffer {
  const byte = bytes[index];
  if (byte === undefined) return bytes;
  const copy = Buffer.from(bytes);
  copy[index] = byte ^ (1 << bit);
  return copy;
}
