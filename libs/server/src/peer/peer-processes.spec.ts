import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startChild } from '../listener/child-process.fixture';
import { listen } from '../listener/listener';
import { temporaryDirectory } from '../listener/temporary-directory.fixture';
import { Admission, isRefusal, type AdmissionOptions } from './admission';
import type { AdmissionReport } from './admitting-server.fixture';
import { refuse } from './refusal';

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** Connects as another user and gives back what the server says before it closes. */
async function greetingFor(uid: number, path: string): Promise<string> {
  const script = `require('net').connect(process.argv[1]).on('error', (error) => console.log(error.code)).pipe(process.stdout)`;
  const client = spawn(process.execPath, ['-e', script, path], {
    uid,
    gid: uid,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void client.kill('SIGKILL'));
  return text(client.stdout);
}

/** A server of this process that greets whom it admits. Connections count as long as they are held. */
async function admittingServer(options: Partial<AdmissionOptions>, { hold = false } = {}): Promise<string> {
  const path = join(temporaryDirectory(), 'a.sock');
  const admission = new Admission({
    maxConnections: 100,
    maxConnectionsPerUid: 100,
    allowUids: undefined,
    allowGids: undefined,
    reservedFds: 16,
    openFileLimit: Infinity,
    ...options,
  });
  const listener = await listen({
    socketPath: path,
    mode: 0o666,
    owner: undefined,
    group: undefined,
    backlog: 511,
    onConnection: (socket) => {
      const outcome = admission.admit((socket as unknown as { _handle: { fd: number } })._handle.fd);
      if (isRefusal(outcome)) {
        refuse(socket, outcome);
        return;
      }
      socket.on('close', () => admission.release(outcome));
      socket.resume().write('welcome\n');
      if (!hold) socket.end();
    },
    onError: (error) => expect.fail(error.message),
  });
  onTestFinished(() => listener.close());
  return path;
}

async function firstLine(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return String(chunk);
}

describe.runIf(isRoot)('peers of several users', { timeout: 60_000 }, () => {
  it('refuses a peer of another uid with permission_denied, whatever the mode of the socket', async () => {
    const path = await admittingServer({ allowUids: [0] });
    expect(JSON.parse(await greetingFor(NOBODY, path))).toMatchObject({
      ipcReqID: null,
      code: 'permission_denied',
      message: `uid ${NOBODY}, gid ${NOBODY} may not connect; name it in allow_uids or allow_gids`,
    });
    expect(await text(connect({ path }))).toBe('welcome\n');
  });

  it('lets a peer in by its gid', async () => {
    const path = await admittingServer({ allowUids: [], allowGids: [NOBODY] });
    expect(await greetingFor(NOBODY, path)).toBe('welcome\n');
    expect(await text(connect({ path }))).toContain('permission_denied');
  });

  it('keeps one user’s connections from taking another’s places', async () => {
    const path = await admittingServer({ maxConnectionsPerUid: 2 }, { hold: true });
    const held = [connect({ path }), connect({ path })];
    for (const socket of held) {
      onTestFinished(() => void socket.destroy());
      expect(await firstLine(socket)).toBe('welcome\n');
    }
    expect(await text(connect({ path }))).toContain('uid 0 has 2 connections, limit 2');
    const script = `const s = require('net').connect(process.argv[1], () => s.on('data', (d) => { process.stdout.write(d); s.destroy(); }))`;
    const other = spawn(process.execPath, ['-e', script, path], {
      uid: NOBODY,
      gid: NOBODY,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void other.kill('SIGKILL'));
    expect(await text(other.stdout)).toBe('welcome\n');
  });
});

describe.runIf(process.platform === 'linux')('a server with few file descriptors', () => {
  it(
    'tells each client of a burst that has no place, keeps the others, and recovers',
    { timeout: 60_000 },
    async () => {
      const path = join(temporaryDirectory(), 'a.sock');
      // The TypeScript loader holds a dozen descriptors of its own; with 64, some 20 are left for clients.
      const server = await startChild(join(__dirname, 'admitting-server.fixture.ts'), { openFiles: 64 });
      onTestFinished(async () => {
        await server.stop('SIGKILL');
      });
      await server.ask({ task: 'listen', socketPath: path, mode: 0o600, admission: {} });
      const report = (): Promise<AdmissionReport> => server.ask<AdmissionReport>({ task: 'report' });

      const existing = Array.from({ length: 5 }, () => echoClient(path));
      for (const client of existing) expect(await client.echoes('before')).toBe(true);

      const burst = Array.from({ length: 100 }, () => echoClient(path));
      await expect.poll(async () => (await report()).accepted).toBe(105);
      const { refused, connected, openFileLimit, openFiles } = await report();
      const refusedCount = refused.fd_reserve ?? 0;
      await expect.poll(() => burst.filter((client) => client.ended()).length).toBe(refusedCount);
      const told = burst.filter((client) => client.received().endsWith('}\n'));
      expect(told.length).toBe(refusedCount);
      for (const client of told) {
        expect(JSON.parse(client.received())).toMatchObject({
          ipcReqID: null,
          code: 'resource_exhausted',
          message: 'server is out of file descriptors: 64 allowed, 16 reserved; raise its limit of open files',
        });
      }
      expect({ openFileLimit, refused: Object.keys(refused), all: refusedCount + connected }).toEqual({
        openFileLimit: 64,
        refused: ['fd_reserve'],
        all: 105,
      });
      expect(connected).toBeGreaterThan(5);
      expect(openFiles).toBeLessThanOrEqual(48);

      const inside = burst.filter((client) => !client.ended());
      for (const client of [...existing, ...inside]) expect(await client.echoes('during')).toBe(true);

      for (const client of inside) client.socket.destroy();
      await expect.poll(async () => (await report()).connected).toBe(existing.length);
      expect(await echoClient(path).echoes('after')).toBe(true);
      console.info(
        `promise 13: ulimit -n 64, burst of 100 on 5: ${connected} connected, ${refusedCount} told why, then recovered`,
      );
      for (const client of existing) expect(await client.echoes('still')).toBe(true);
    },
  );
});

interface EchoClient {
  readonly socket: Socket;
  received(): string;
  ended(): boolean;
  /** Sends a word; whether it comes back before the connection ends. */
  echoes(word: string): Promise<boolean>;
}

function echoClient(path: string): EchoClient {
  const socket = connect({ path });
  let received = '';
  let ended = false;
  socket.on('data', (chunk) => (received += String(chunk)));
  socket.on('end', () => (ended = true));
  socket.on('error', () => (ended = true));
  onTestFinished(() => void socket.destroy());
  return {
    socket,
    received: () => received,
    ended: () => ended,
    async echoes(word) {
      received = '';
      socket.write(word);
      while (received.length < word.length && !ended) {
        await Promise.race([once(socket, 'data'), once(socket, 'close')]).catch(() => undefined);
      }
      return received === word;
    },
  };
}
