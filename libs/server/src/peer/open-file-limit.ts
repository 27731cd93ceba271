import { readFileSync } from 'node:fs';

/** Soft limit of open file descriptors of this process (RLIMIT_NOFILE); Infinity where it has none or cannot be read. */
export function openFileLimit(limitsFile = '/proc/self/limits'): number {
  let text: string;
  try {
    text = readFileSync(limitsFile, 'utf8');
  } catch {
    // No /proc: macOS, or a sandbox. The limit exists, unknown.
    return Infinity;
  }
  const [, soft] = /^Max open files\s+(\d+)\s/m.exec(text) ?? [];
  return soft === undefined ? Infinity : Number(soft);
}
