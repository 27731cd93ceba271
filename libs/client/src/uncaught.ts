/** Throws out of everybody's way: an error of a user's callback ends the process as any does, and harms nothing of ours. */
export function throwUncaught(thrown: unknown): void {
  process.nextTick(() => {
    throw thrown;
  });
}

/** A callback of a user whose errors become uncaught exceptions. */
export function guarded<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    try {
      callback(...args);
    } catch (thrown) {
      throwUncaught(thrown);
    }
  };
}
