import { Duplex } from 'node:stream';

/** What one end takes in unread before the other end's writes have to wait; about what a kernel holds for a socket. */
const BUFFER_BYTES = 208 * 1024;

type Done = (error?: Error | null) => void;

/** Two streams: what is written to one is read from the other. */
export function memoryPair(): [Duplex, Duplex] {
  const a = new MemoryEnd();
  return [a, new MemoryEnd(a)];
}

/**
 * One end of a connection within a process. Behaves as a UNIX socket does, where Node's `duplexPair` does not: bytes
 * arrive in a turn of their own and never within the write, a write is done when the buffer has taken it and not only
 * when it was read, who destroys its end ends the other's reading, and writing to one that is gone is an EPIPE.
 */
class MemoryEnd extends Duplex {
  #peer: MemoryEnd = this;
  /** On their way here, to be read with the next turn; null is the end. */
  #arriving: (Buffer | null)[] = [];
  #arrivingBytes = 0;
  #ended = false;
  /** Goes on with what the other end writes. */
  #resumePeer: Done | undefined;

  /** @param peer The other end, where it is the second of a pair. */
  constructor(peer?: MemoryEnd) {
    super();
    if (peer) [this.#peer, peer.#peer] = [peer, this];
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: Done): void {
    if (this.#peer.destroyed) this.#break(done);
    else this.#peer.#arrive(bytes, done);
  }

  override _final(done: Done): void {
    this.#peer.#end();
    done();
  }

  override _read(): void {
    const resume = this.#resumePeer;
    this.#resumePeer = undefined;
    resume?.();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#peer.#end();
    const resume = this.#resumePeer;
    this.#resumePeer = undefined;
    if (resume) this.#peer.#break(resume);
    done(error);
  }

  /**
   * Fails a write: nobody is there. What came before is there to be read first, as it is in the kernel for who has a
   * socket; it is not passed on, for that would be within the write.
   */
  #break(done: Done): void {
    this.pause();
    this.#push();
    done(brokenPipe());
  }

  #arrive(bytes: Buffer, done: Done): void {
    // A write of nothing asks whether anybody is there.
    if (bytes.length > 0) this.#deliver(bytes);
    if (this.#arrivingBytes + this.readableLength < BUFFER_BYTES) done();
    else this.#resumePeer = done;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.destroyed) this.#deliver(null);
  }

  #deliver(bytes: Buffer | null): void {
    this.#arriving.push(bytes);
    this.#arrivingBytes += bytes?.length ?? 0;
    if (this.#arriving.length === 1) process.nextTick(this.#push);
  }

  readonly #push = (): void => {
    const arrived = this.#arriving;
    this.#arriving = [];
    this.#arrivingBytes = 0;
    if (this.destroyed) return;
    for (const bytes of arrived) this.push(bytes);
  };
}

function brokenPipe(): NodeJS.ErrnoException {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
}
