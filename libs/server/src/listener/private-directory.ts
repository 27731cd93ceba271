import { randomInt } from 'node:crypto';
import { mkdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz';
const ATTEMPTS = 100;
const SOCKET_NAME = 's';
const ASIDE_NAME = 'o';

/** What stands for the longest path in a private directory when lengths are checked, relative to its parent. */
export const PRIVATE_PATH_SAMPLE = join('.xxx', SOCKET_NAME);

/**
 * A directory that only this user can enter, beside the socket's final place: there a socket can be bound and given its
 * mode and group before anybody else can connect. Its name is as short as collisions allow (`mkdtemp` needs six
 * characters), because the path of the socket in it obeys the kernel's limit too.
 *
 * Everything is synchronous: from creation to removal, nothing else runs in this process. Only a SIGKILL in that
 * fraction of a millisecond leaves the directory behind.
 */
export class PrivateDirectory {
  /** Where the socket is bound. */
  readonly socketPath: string;
  /** Where what stands at the final place is moved to. */
  readonly asidePath: string;
  readonly #path: string;

  /** @throws the system error */
  constructor(parent: string) {
    this.#path = createUnique(parent);
    this.socketPath = join(this.#path, SOCKET_NAME);
    this.asidePath = join(this.#path, ASIDE_NAME);
  }

  /** Removes the directory with what was left in it. @throws the system error */
  remove(): void {
    for (const path of [this.socketPath, this.asidePath]) {
      try {
        unlinkSync(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    rmdirSync(this.#path);
  }
}

function createUnique(parent: string): string {
  for (let attempt = 1; ; attempt++) {
    const suffix = Array.from({ length: 3 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
    const path = join(parent, `.${suffix}`);
    try {
      mkdirSync(path, { mode: 0o700 });
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt === ATTEMPTS) throw error;
    }
  }
}
