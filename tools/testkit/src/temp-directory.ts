import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Longest path that a UNIX socket can be bound to on Linux. */
const MAX_SOCKET_PATH_BYTES = 107;

/** A directory of one test, mode 0700, gone with everything in it when the test ends. */
export class TempDirectory implements AsyncDisposable {
  constructor(readonly path: string) {}

  /**
   * The path of `name` in the directory, short enough to bind a socket to.
   *
   * @throws Error if it is over 107 bytes
   */
  file(name: string): string {
    const path = join(this.path, name);
    const bytes = Buffer.byteLength(path);
    if (bytes > MAX_SOCKET_PATH_BYTES) {
      throw new Error(
        `${path} is ${bytes} bytes, a socket path may have ${MAX_SOCKET_PATH_BYTES}; choose a shorter name`,
      );
    }
    return path;
  }

  /** Removes the directory. Harmless a second time. */
  async cleanup(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.cleanup();
  }
}

/** A new empty directory with a short name: `await using directory = await tempDirectory()`. */
export async function tempDirectory(): Promise<TempDirectory> {
  // A deep TMPDIR would leave no room for a socket's name.
  const parent = Buffer.byteLength(tmpdir()) <= 40 ? tmpdir() : '/tmp';
  return new TempDirectory(await mkdtemp(join(parent, 'px-')));
}
