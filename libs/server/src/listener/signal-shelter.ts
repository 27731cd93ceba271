import { setImmediate as turn } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/**
 * Runs `section`, which leaves something behind until it returns, so that a request to stop takes effect after it.
 * Without a listener such a signal ends the process on the spot; with one, Node calls it once `section` is through.
 * Signals the application listens to are left to it. SIGKILL cannot be held.
 */
export async function shelteredFromSignals<Result>(section: () => Result): Promise<Result> {
  const held = isMainThread ? STOP_SIGNALS.filter((signal) => process.listenerCount(signal) === 0) : [];
  const letGo = (): void => {
    for (const signal of held) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    letGo();
    // Unless the application has begun to listen meanwhile, the signal does what it would have done.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  for (const signal of held) process.on(signal, onSignal);
  try {
    return section();
  } finally {
    // Node hands signals over when it polls, and between two immediates it has: before, off() would lose one.
    await turn();
    await turn();
    letGo();
  }
}
