import { setImmediate } from 'node:timers/promises';

/**
 * Resolves when the event loop has looked for I/O since the call: what was written before has been read by a reader in
 * this process. One setImmediate is not enough, it may come before the loop polls.
 */
export async function wholeTurn(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
