import { isMainThread } from 'node:worker_threads';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
/** A listener is removed long after the section: a signal that arrives in the very instant of its removal is lost. */
const HOLD_MS = 1_000;

/** A listener that does what the signal does without one, a turn later. */
interface ShelterListener {
  (): void;
  readonly removal: NodeJS.Timeout;
}

/**
 * Runs `section`, which leaves something behind until it returns, so that a request to stop takes effect after it.
 * Without a listener such a signal ends the process on the spot; with one, Node calls it once `section` is through, and
 * the listener raises the signal again. It stays for a second, and keeps no process alive. Signals that the application
 * listens to are left to it. SIGKILL cannot be held.
 */
export function shelteredFromSignals<Result>(section: () => Result): Result {
  // Only the main thread gets signals.
  if (isMainThread) for (const signal of STOP_SIGNALS) shelterFrom(signal);
  return section();
}

function shelterFrom(signal: NodeJS.Signals): void {
  const listeners = process.listeners(signal);
  const earlier = listeners.find(isShelterListener);
  if (earlier) earlier.removal.refresh();
  else if (listeners.length === 0) process.on(signal, createShelterListener(signal));
}

function createShelterListener(signal: NodeJS.Signals): ShelterListener {
  const removal = setTimeout(() => process.off(signal, listener), HOLD_MS).unref();
  const raiseAgain = (): void => {
    clearTimeout(removal);
    process.off(signal, listener);
    // Unless the application has begun to listen meanwhile.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const listener: ShelterListener = Object.assign(raiseAgain, { removal });
  return listener;
}

function isShelterListener(listener: object): listener is ShelterListener {
  return 'removal' in listener;
}
