import { readdirSync, readFileSync } from 'node:fs';

/** Whether the process exists and has not ended; one that has ended and waits to be reaped is not running. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command stands in parentheses and may hold any character; the state follows the last one.
    const state = stat.charAt(stat.lastIndexOf(')') + 2);
    return state !== 'Z' && state !== 'X';
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Memory of the process in RAM now. @throws Error if it has ended */
export function rssBytesOf(pid: number): number {
  return statusBytes(pid, 'VmRSS');
}

/** The most memory the process ever had in RAM. @throws Error if it has ended */
export function peakRssBytesOf(pid: number): number {
  return statusBytes(pid, 'VmHWM');
}

/** How many file descriptors the process has open. @throws Error if it has ended */
export function openFilesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function statusBytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  const kibibytes = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no ${field}: it has ended`);
  return Number(kibibytes) * 1024;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}
