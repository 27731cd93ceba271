import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from './process-state';

/** Where a test looks for what it, or what it tested, should have taken away. */
export interface Leavings {
  /** Searched with its subdirectories for socket files; one that does not exist holds none. */
  readonly directory?: string;
  /** Processes that should have ended. */
  readonly pids?: readonly number[];
}

/** What is left, one sentence for each: `socket file /tmp/px-1/s`, `process 42`. */
export function leftovers({ directory, pids = [] }: Leavings): string[] {
  return [
    ...(directory === undefined ? [] : socketsIn(directory)).map((path) => `socket file ${path}`),
    ...pids.filter(isRunning).map((pid) => `process ${pid}`),
  ];
}

/** @throws Error naming everything that is left, if anything is */
export function assertNoLeftovers(leavings: Leavings): void {
  const left = leftovers(leavings);
  if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`);
}

function socketsIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isSocket())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
