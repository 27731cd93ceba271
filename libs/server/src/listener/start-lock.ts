import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SocketPath } from './socket-path';

const RETRY_MS = 5;
/** A start takes milliseconds; who holds the lock longer is stopped, or a stranger squatting it. */
const PATIENCE_MS = 2_000;
/** The whole of a socket address: shorter abstract names are padded by some Node versions and not by others. */
const NAME_BYTES = 108;

/** Held while a server takes its path. */
export interface StartLock {
  release(): void;
}

/**
 * Lets the starters of one path go one after the other, so that what one finds is still so when it acts. The lock is an
 * abstract socket, which the kernel frees with its process: no file, nothing stale.
 *
 * An aid, not a guard: other systems have no abstract sockets, containers that share a directory do not share them, and
 * any local user can hold one. Without the lock, or after two seconds of waiting for it, publishing still checks every
 * step.
 */
export async function acquireStartLock(place: SocketPath, { patienceMs = PATIENCE_MS } = {}): Promise<StartLock> {
  const name = process.platform === 'linux' ? lockName(place) : undefined;
  if (name === undefined) return NO_LOCK;
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const lock = await tryLock(name);
    if (lock) return lock;
    if (performance.now() >= deadline) return NO_LOCK;
    await delay(RETRY_MS);
  }
}

/** The same for every way to write the path: made of the directory's inode and the name in it. */
export function lockName({ directory, name }: SocketPath): string | undefined {
  const stats = statSync(directory, { bigint: true, throwIfNoEntry: false });
  if (!stats) return undefined;
  const digest = createHash('sha512').update(`${stats.dev}:${stats.ino}:${name}`).digest('hex');
  return `\0pixl-ipc:${digest}`.slice(0, NAME_BYTES);
}

const NO_LOCK: StartLock = { release: () => undefined };

function tryLock(name: string): Promise<StartLock | undefined> {
  return new Promise((resolve) => {
    // Nobody has business with it.
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE' ? undefined : NO_LOCK));
    server.listen({ path: name, exclusive: true }, () => {
      resolve({ release: () => void server.close() });
    });
  });
}
