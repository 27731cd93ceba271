import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, type Listener, type ListenOptions } from './listener';
import { foreignServer, staleSocket, temporaryDirectory } from './temporary-directory.fixture';

const isRoot = process.getuid?.() === 0;

async function startListening(socketPath: string, options: Partial<ListenOptions> = {}): Promise<Listener> {
  const listener = await listen({
    socketPath,
    mode: 0o600,
    owner: undefined,
    group: undefined,
    backlog: 511,
    onConnection: (socket) => socket.end('ours\n'),
    onError: (error) => expect.fail(error.message),
    ...options,
  });
  onTestFinished(() => listener.close());
  return listener;
}

/** What a client is told at `path`. */
function greeting(path: string): Promise<string> {
  return text(connect({ path }));
}

describe('listen', () => {
  it.each([0o600, 0o660, 0o777].map((mode) => ({ mode, shown: mode.toString(8) })))(
    'gives the socket mode $shown whatever the umask is',
    async ({ mode }) => {
      const path = join(temporaryDirectory(), 'a.sock');
      const umask = process.umask(0o177);
      onTestFinished(() => void process.umask(umask));
      await startListening(path, { mode });
      expect(lstatSync(path).mode & 0o777).toBe(mode);
    },
  );

  it('accepts from the moment it resolves, and leaves only the socket in the directory', async () => {
    const directory = temporaryDirectory();
    await startListening(join(directory, 'a.sock'));
    expect(readdirSync(directory)).toEqual(['a.sock']);
    expect(await greeting(join(directory, 'a.sock'))).toBe('ours\n');
  });

  it('hands over sockets that are paused and survive the end of the other side', async () => {
    const path = join(temporaryDirectory(), 'a.sock');
    const accepted = new Promise<Socket>((resolve) => void startListening(path, { onConnection: resolve }));
    await expect.poll(() => existsSync(path)).toBe(true);
    const client = connect({ path });
    client.end('question');
    const socket = await accepted;
    expect(socket.isPaused()).toBe(true);
    const question: unknown[] = [];
    socket.on('data', (chunk) => question.push(String(chunk)));
    socket.resume();
    await once(socket, 'end');
    expect(question).toEqual(['question']);
    socket.end('answer');
    expect(await text(client)).toBe('answer');
  });

  it('resolves a relative path once', async () => {
    const directory = temporaryDirectory();
    const listener = await startListening(relative(process.cwd(), join(directory, 'a.sock')));
    expect(listener.path).toBe(join(directory, 'a.sock'));
  });

  it.runIf(isRoot).each([
    ['by its name', 'daemon'],
    ['by its gid', 1],
    ['by digits', '1'],
  ])('gives the socket to a group %s', async (_, group) => {
    const path = join(temporaryDirectory(), 'a.sock');
    await startListening(path, { mode: 0o660, group });
    expect(lstatSync(path).gid).toBe(1);
  });

  it.runIf(isRoot).each([
    ['by its name', 'daemon'],
    ['by its uid', 1],
  ])('gives the socket to a user %s', async (_, owner) => {
    const path = join(temporaryDirectory(), 'a.sock');
    await startListening(path, { owner });
    expect(lstatSync(path)).toMatchObject({ uid: 1, gid: lstatSync(join(path, '..')).gid });
  });

  it('refuses a group that does not exist, and leaves nothing behind', async () => {
    const directory = temporaryDirectory();
    await expect(startListening(join(directory, 'a.sock'), { group: 'no-such-group' })).rejects.toMatchObject({
      code: 'unknown_group',
      message: 'group no-such-group is not in /etc/group; create it, or give its gid',
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  it('names a missing directory, and one that is a file', async () => {
    const directory = temporaryDirectory();
    await expect(startListening(join(directory, 'missing', 'a.sock'))).rejects.toMatchObject({ code: 'no_directory' });
    writeFileSync(join(directory, 'file'), '');
    await expect(startListening(join(directory, 'file', 'a.sock'))).rejects.toMatchObject({ code: 'no_directory' });
    await expect(startListening(join(directory, 'file', 'b', 'a.sock'))).rejects.toMatchObject({
      code: 'no_directory',
    });
  });

  describe('the length of the path', () => {
    function pathOf(bytes: number, { in: directory, char = 'x' }: { in: string; char?: string }): string {
      const path = join(directory, char.repeat(Math.floor((bytes - directory.length - 1) / Buffer.byteLength(char))));
      return path + 'x'.repeat(bytes - Buffer.byteLength(path));
    }

    it.each(['x', 'é', '😀'])('takes 107 bytes of %s and refuses 108', async (char) => {
      const directory = temporaryDirectory();
      const fitting = pathOf(107, { in: directory, char });
      await startListening(fitting);
      expect(readdirSync(directory)).toEqual([basename(fitting)]);
      expect(await greeting(fitting)).toBe('ours\n');
      await expect(startListening(pathOf(108, { in: directory, char }))).rejects.toMatchObject({
        code: 'path_too_long',
        message: expect.stringContaining('is 108 bytes, limit 107; choose a shorter directory') as string,
      });
      expect(readdirSync(directory)).toEqual([basename(fitting)]);
    });

    it('takes a directory of 100 bytes and refuses one of 101, where the temporary path does not fit', async () => {
      const parent = temporaryDirectory();
      const fitting = pathOf(100, { in: parent });
      mkdirSync(fitting);
      await startListening(join(fitting, 'a'));
      expect(await greeting(join(fitting, 'a'))).toBe('ours\n');
      const tooLong = pathOf(101, { in: parent });
      mkdirSync(tooLong);
      await expect(startListening(join(tooLong, 'a'))).rejects.toMatchObject({ code: 'path_too_long' });
      expect(readdirSync(tooLong)).toEqual([]);
    });

    it('refuses a NUL, where the kernel would end the path', async () => {
      const directory = temporaryDirectory();
      await expect(startListening(join(directory, 'a\0b'))).rejects.toMatchObject({ code: 'invalid_path' });
      expect(readdirSync(directory)).toEqual([]);
    });
  });

  describe('what stands at the path already', () => {
    it('keeps a regular file', async () => {
      const directory = temporaryDirectory();
      writeFileSync(join(directory, 'a.sock'), 'precious');
      await expect(startListening(join(directory, 'a.sock'))).rejects.toMatchObject({ code: 'not_a_socket' });
      expect(readFileSync(join(directory, 'a.sock'), 'utf8')).toBe('precious');
      expect(readdirSync(directory)).toEqual(['a.sock']);
    });

    it('keeps a directory', async () => {
      const directory = temporaryDirectory();
      mkdirSync(join(directory, 'a.sock'));
      await expect(startListening(join(directory, 'a.sock'))).rejects.toMatchObject({ code: 'not_a_socket' });
      expect(readdirSync(directory)).toEqual(['a.sock']);
    });

    it.each(['nothing', 'a stale socket', 'a live socket'])('keeps a symbolic link to %s', async (target) => {
      const directory = temporaryDirectory();
      const real = join(directory, 'real');
      if (target === 'a stale socket') await staleSocket(real);
      if (target === 'a live socket') await foreignServer(real);
      symlinkSync(real, join(directory, 'a.sock'));
      const before = readdirSync(directory);
      await expect(startListening(join(directory, 'a.sock'))).rejects.toMatchObject({ code: 'not_a_socket' });
      expect(lstatSync(join(directory, 'a.sock')).isSymbolicLink()).toBe(true);
      expect(readdirSync(directory)).toEqual(before);
    });

    it('takes the place of a stale socket', async () => {
      const directory = temporaryDirectory();
      await staleSocket(join(directory, 'a.sock'));
      await startListening(join(directory, 'a.sock'));
      expect(await greeting(join(directory, 'a.sock'))).toBe('ours\n');
      expect(readdirSync(directory)).toEqual(['a.sock']);
    });

    it.each(['ours', 'foreign'])('never disturbs a live server, one that is %s', async (whose) => {
      const directory = temporaryDirectory();
      const path = join(directory, 'a.sock');
      await (whose === 'ours' ? startListening(path) : foreignServer(path));
      const { ino } = lstatSync(path);
      await expect(startListening(path)).rejects.toMatchObject({
        code: 'already_running',
        message: expect.stringMatching(
          /^another server is live at .*a\.sock \(uid \d+, mode 0\d+\); stop it, or/,
        ) as string,
      });
      expect(lstatSync(path).ino).toBe(ino);
      expect(await greeting(path)).toBe(`${whose}\n`);
      expect(readdirSync(directory)).toEqual(['a.sock']);
    });
  });
});

describe('unpublish and close', () => {
  it('removes the name and serves who was waiting already', async () => {
    const path = join(temporaryDirectory(), 'a.sock');
    const listener = await startListening(path);
    const waiting = greeting(path);
    await listener.unpublish();
    await listener.unpublish();
    expect(existsSync(path)).toBe(false);
    expect(await waiting).toBe('ours\n');
  });

  it('resolves close at once while connections live on', async () => {
    const path = join(temporaryDirectory(), 'a.sock');
    const accepted: Socket[] = [];
    const listener = await startListening(path, { onConnection: (socket) => accepted.push(socket) });
    const client = connect({ path });
    await expect.poll(() => accepted.length).toBe(1);
    await listener.close();
    await listener.close();
    expect(existsSync(path)).toBe(false);
    accepted[0]?.resume().end('still here');
    expect(await text(client)).toBe('still here');
  });

  it('frees the path for the next server at once', async () => {
    const path = join(temporaryDirectory(), 'a.sock');
    for (let round = 0; round < 5; round++) {
      const listener = await startListening(path);
      await listener.close();
    }
    await startListening(path);
    expect(await greeting(path)).toBe('ours\n');
  });

  it('keeps a name that is another server’s by now', async () => {
    const path = join(temporaryDirectory(), 'a.sock');
    const first = await startListening(path);
    unlinkSync(path);
    await startListening(path, { onConnection: (socket) => socket.end('second\n') });
    await first.close();
    expect(await greeting(path)).toBe('second\n');
  });

  it('is content where the name is gone', async () => {
    const path = join(temporaryDirectory(), 'a.sock');
    const listener = await startListening(path);
    unlinkSync(path);
    await listener.close();
    expect(existsSync(path)).toBe(false);
  });

  it('reports where the name cannot be looked at, and closes all the same', async () => {
    const directory = join(temporaryDirectory(), 'd');
    mkdirSync(directory);
    const errors: Error[] = [];
    const path = join(directory, 'a.sock');
    const listener = await startListening(path, { onError: (error) => errors.push(error) });
    renameSync(directory, `${directory}-moved`);
    writeFileSync(directory, '');
    await listener.close();
    expect(errors).toMatchObject([{ name: 'ListenError', code: 'no_directory' }]);
    const client = connect({ path: join(`${directory}-moved`, 'a.sock') });
    expect((await once(client, 'error'))[0]).toMatchObject({ code: 'ECONNREFUSED' });
    rmSync(`${directory}-moved`, { recursive: true });
  });
});
