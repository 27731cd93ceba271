import { AsyncLocalStorage } from 'node:async_hooks';
import type { Handle } from '../router/router';
import type { Call } from './call';

/**
 * Keeps what a handler throws after it has returned, in a timer or a callback of its own, from ending the process: the
 * error fails the call that it belongs to. Errors that belong to no call go where they would have gone.
 *
 * Callback-style handlers do most of their work there, and one of them that trips must not take every other client's
 * requests with it. Costs what following asynchronous calls costs in the Node at hand.
 */
export class Containment {
  readonly #calls = new AsyncLocalStorage<Call>();
  readonly #nativeQueueMicrotask = queueMicrotask;
  /** Who else listens for unhandled rejections; called for those that belong to no call. */
  #rejectionListeners: NodeJS.UnhandledRejectionListener[] = [];
  #users = 0;
  #capturing = false;

  /** Whether errors are caught now. */
  get active(): boolean {
    return this.#capturing;
  }

  /** Begins to catch. False where somebody else has the process's one uncaught-exception capture. */
  start(): boolean {
    this.#users++;
    return this.#capture();
  }

  /** Ends what {@link start} began; the last one to leave gives the capture back. */
  stop(): void {
    if (--this.#users === 0) this.#release();
  }

  /** Runs a handler so that whatever it starts is known to be the call's. */
  run(handle: Handle, call: Call): void {
    this.#calls.run(call, handle, call);
  }

  #capture(): boolean {
    if (!this.#capturing && takeCapture(this.#onUncaught)) {
      globalThis.queueMicrotask = this.#queueMicrotask;
      this.#captureRejections();
      this.#capturing = true;
    }
    return this.#capturing;
  }

  #release(): void {
    if (!this.#capturing) return;
    process.setUncaughtExceptionCaptureCallback(null);
    if (queueMicrotask === this.#queueMicrotask) globalThis.queueMicrotask = this.#nativeQueueMicrotask;
    process.off('newListener', this.#onNewListener);
    process.off('unhandledRejection', this.#onRejection);
    for (const listener of this.#rejectionListeners.splice(0)) process.on('unhandledRejection', listener);
    this.#capturing = false;
  }

  /** A listener (pixl-server's logger has one that ends the process) keeps Node from calling a rejection uncaught. */
  #captureRejections(): void {
    process.off('unhandledRejection', this.#onRejection);
    const others = process.rawListeners('unhandledRejection') as NodeJS.UnhandledRejectionListener[];
    for (const listener of others) process.off('unhandledRejection', listener);
    this.#rejectionListeners.push(...others);
    if (this.#rejectionListeners.length > 0) process.on('unhandledRejection', this.#onRejection);
    process.off('newListener', this.#onNewListener).on('newListener', this.#onNewListener);
  }

  /** Who begins to listen later is told of what belongs to no call, like those who did before. */
  readonly #onNewListener = (event: string | symbol, listener: unknown): void => {
    if (event !== 'unhandledRejection' || listener === this.#onRejection) return;
    // Node adds it when this has returned, and tells of rejections after the ticks of a turn.
    process.nextTick(() => {
      if (this.#capturing) this.#captureRejections();
    });
  };

  readonly #onRejection: NodeJS.UnhandledRejectionListener = (reason, promise) => {
    const call = this.#calls.getStore();
    if (call) call.failLate(reason);
    else for (const listener of [...this.#rejectionListeners]) listener.call(process, reason, promise);
  };

  /** Node forgets whose a microtask was before it calls what it throws uncaught, so that is caught where it is known. */
  readonly #queueMicrotask = (callback: () => void): void => {
    if (!this.#calls.getStore() || typeof callback !== 'function') {
      this.#nativeQueueMicrotask(callback);
      return;
    }
    this.#nativeQueueMicrotask(() => {
      try {
        callback();
      } catch (error) {
        this.#onUncaught(error as Error);
      }
    });
  };

  readonly #onUncaught = (error: Error): void => {
    const call = this.#calls.getStore();
    if (call) {
      call.failLate(error);
      return;
    }
    // Not ours: without our capture it takes the way it would have taken. Where somebody handles it there and the
    // process lives on, so does the containment.
    this.#release();
    process.nextTick(() => {
      throw error;
    });
    setImmediate(() => {
      if (this.#users > 0) this.#capture();
    });
  };
}

/** False where somebody has the capture: another library, or Node's own `domain`, which tells only by throwing. */
function takeCapture(onUncaught: (error: Error) => void): boolean {
  if (process.hasUncaughtExceptionCaptureCallback()) return false;
  try {
    process.setUncaughtExceptionCaptureCallback(onUncaught);
    return true;
  } catch {
    return false;
  }
}

/** The process has one capture for uncaught errors, so its servers share one containment. */
export const processContainment = new Containment();
