import { existsSync, linkSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { publish, type Publication, type PublicationOutcome } from './publication';
import { identityAt, type SocketIdentity } from './socket-identity';
import { foreignServer, staleSocket, temporaryDirectory } from './temporary-directory.fixture';

/** A rename before which another process does something. */
function renameAfter(anotherProcess: () => void): typeof renameSync {
  return (from, to) => {
    anotherProcess();
    renameSync(from, to);
  };
}

function publishServer(path: string, options: Partial<Publication> = {}): PublicationOutcome {
  const server = createServer((socket) => socket.end('ours\n'));
  onTestFinished(() => void server.close());
  return publish({
    path,
    directory: join(path, '..'),
    mode: 0o600,
    uid: undefined,
    gid: undefined,
    stale: undefined,
    bind: (bound) => server.listen({ path: bound, exclusive: true }).listening,
    ...options,
  });
}

function failingLink(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}

function known(path: string): SocketIdentity {
  const identity = identityAt(path);
  if (!identity) throw new Error(`nothing at ${path}`);
  return identity;
}

describe('publish', () => {
  it('publishes on a free name, and its identity is the name’s', () => {
    const path = join(temporaryDirectory(), 'a.sock');
    expect(publishServer(path)).toEqual({ kind: 'published', identity: known(path) });
  });

  it('finds a taken name occupied and keeps it', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.sock');
    await foreignServer(path);
    const { ino } = lstatSync(path);
    expect(publishServer(path)).toEqual({ kind: 'occupied' });
    expect(lstatSync(path).ino).toBe(ino);
    expect(readdirSync(directory)).toEqual(['a.sock']);
  });

  it('says so where binding fails, and leaves nothing', () => {
    const directory = temporaryDirectory();
    expect(publishServer(join(directory, 'a.sock'), { bind: () => false })).toEqual({ kind: 'unbound' });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('leaves nothing where a step throws', () => {
    const directory = temporaryDirectory();
    expect(() => publishServer(join(directory, 'a.sock'), { link: failingLink('ENOSPC') })).toThrow('ENOSPC');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('finds a stale socket occupied where it is another by now', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.sock');
    await staleSocket(path);
    const stale = { ...known(path), boundAtNs: 1n };
    expect(publishServer(path, { stale })).toEqual({ kind: 'occupied' });
    expect(readdirSync(directory)).toEqual(['a.sock']);
  });

  it('gives a live socket back that took the stale one’s place at the last instant', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.sock');
    await staleSocket(path);
    await foreignServer(join(directory, 'live'));
    const { ino } = lstatSync(join(directory, 'live'));
    const rename = renameAfter(() => {
      rmSync(path);
      linkSync(join(directory, 'live'), path);
    });
    expect(publishServer(path, { stale: known(path), rename })).toEqual({ kind: 'occupied' });
    expect(lstatSync(path).ino).toBe(ino);
    expect(readdirSync(directory).sort()).toEqual(['a.sock', 'live']);
  });

  it('looks again where the stale socket vanishes at the last instant', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'a.sock');
    await staleSocket(path);
    const rename = renameAfter(() => rmSync(path));
    expect(publishServer(path, { stale: known(path), rename })).toEqual({ kind: 'occupied' });
    expect(readdirSync(directory)).toEqual([]);
  });

  describe.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])('without hard links (%s)', (code) => {
    const link = failingLink(code);

    it('renames onto a free name', () => {
      const directory = temporaryDirectory();
      const path = join(directory, 'a.sock');
      expect(publishServer(path, { link })).toEqual({ kind: 'published', identity: known(path) });
      expect(readdirSync(directory)).toEqual(['a.sock']);
    });

    it('keeps a taken name', async () => {
      const path = join(temporaryDirectory(), 'a.sock');
      await foreignServer(path);
      const { ino } = lstatSync(path);
      expect(publishServer(path, { link })).toEqual({ kind: 'occupied' });
      expect(lstatSync(path).ino).toBe(ino);
    });

    it('takes the place of a stale socket', async () => {
      const path = join(temporaryDirectory(), 'a.sock');
      await staleSocket(path);
      expect(publishServer(path, { link, stale: known(path) }).kind).toBe('published');
      expect(existsSync(path)).toBe(true);
    });
  });
});
