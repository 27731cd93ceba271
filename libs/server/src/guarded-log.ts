import type { ServerLog } from './options';

/**
 * A log that never throws. Clients cause log lines, and a full disk must not turn each of them into the end of the
 * process: what cannot be written is counted.
 */
export function guardedLog(log: ServerLog, onLost: () => void): ServerLog {
  const guarded = (write: () => void): void => {
    try {
      write();
    } catch {
      onLost();
    }
  };
  return {
    debug: (level, message, data) => guarded(() => log.debug(level, message, data)),
    error: (code, message, data) => guarded(() => log.error(code, message, data)),
  };
}
