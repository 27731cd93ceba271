import { lstatSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';

/** What somebody saw who looked at a directory without a pause. */
export interface Sighting {
  /** How often the socket was there. */
  readonly seen: number;
  /** Its modes, octal, each once. */
  readonly modes: readonly string[];
  readonly owners: readonly number[];
  readonly connectAttempts: number;
  readonly connected: number;
  /** Attempts on a socket inside a private directory, and how many of them found it. */
  readonly privateAttempts: number;
  readonly privateFound: number;
}

const modes = new Set<string>();
const owners = new Set<number>();
let seen = 0;
let connectAttempts = 0;
let connected = 0;
let privateAttempts = 0;
let privateFound = 0;
let watching = false;

function tryConnect(path: string): void {
  connectAttempts++;
  const socket = connect({ path });
  socket.on('error', () => undefined);
  socket.once('connect', () => {
    connected++;
    socket.destroy();
  });
}

function look(path: string): boolean {
  try {
    const { mode, gid } = lstatSync(path);
    modes.add((mode & 0o777).toString(8));
    owners.add(gid);
    seen++;
    return true;
  } catch {
    return false;
  }
}

function lookInside(directory: string): void {
  for (const name of readdirSync(directory).filter((name) => name.startsWith('.'))) {
    privateAttempts++;
    const path = join(directory, name, 's');
    try {
      lstatSync(path);
      privateFound++;
    } catch {
      // As it should be.
    }
    tryConnect(path);
  }
}

async function watch(directory: string, name: string): Promise<void> {
  const path = join(directory, name);
  watching = true;
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a message ends it
  while (watching) {
    for (let glance = 0; glance < 20; glance++) look(path);
    if (look(path)) tryConnect(path);
    lookInside(directory);
    await turn();
  }
}

interface WatchTask {
  readonly task: 'watch' | 'report';
  readonly directory?: string;
  readonly name?: string;
  readonly uid?: number;
}

process.on('message', ({ task, directory = '', name = '', uid }: WatchTask) => {
  if (task === 'report') {
    watching = false;
    const sighting: Sighting = {
      seen,
      modes: [...modes],
      owners: [...owners],
      connectAttempts,
      connected,
      privateAttempts,
      privateFound,
    };
    process.send?.(sighting);
    return;
  }
  if (uid !== undefined) {
    process.setgroups?.([]);
    process.setgid?.(uid);
    process.setuid?.(uid);
  }
  void watch(directory, name);
  process.send?.('watching');
});
process.on('disconnect', () => process.exit());
process.send?.('loaded');
