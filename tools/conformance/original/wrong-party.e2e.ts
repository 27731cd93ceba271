import {
  scriptedServer,
  spawnFixture,
  tempDirectory,
  type FixtureProcess,
  type ScriptedServer,
  type TempDirectory,
} from '@pixl-ipc/testkit';
import { chmodSync, chownSync, lstatSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectAs } from '../fixtures/connect-as';
import { startDaemon } from '../fixtures/running-daemon';
import { startFailure } from '../fixtures/start-failure';

const STRANGER = 65_534;
const isRoot = process.getuid?.() === 0;

/** A server of somebody else, that answers whatever it is asked. */
function attacker(path: string): Promise<ScriptedServer> {
  return scriptedServer(path, (peer) => peer.send({ ipcReqID: 'one', data: 'from the attacker' }));
}

describe('who may connect', () => {
  test('is nobody but the same user by default, where the original let everybody in with 0777', async () => {
    await using daemon = await startDaemon();
    expect(lstatSync(daemon.path).mode & 0o777).toBe(0o600);
    if (!isRoot) return;
    chmodSync(daemon.directory.path, 0o755);
    expect(await connectAs(STRANGER, daemon.path)).toBe('EACCES');
    await daemon.assertServes();
  });

  test.runIf(isRoot)('is everybody only when asked for, with a warning in the log', async () => {
    await using daemon = await startDaemon({ component: { socket_chmod: '777' } });
    chmodSync(daemon.directory.path, 0o755);
    expect(await connectAs(STRANGER, daemon.path)).toBe('connected');
    const warnings = (await daemon.log()).filter(({ message }) => message.startsWith('WARNING: socket_chmod'));
    expect(warnings).toHaveLength(1);
  });
});

describe('a second server on a live path', () => {
  test('does not steal it, as it did in the original: it does not start, and the first serves on', async () => {
    await using first = await startDaemon();
    await using client = await first.connect();
    const failure = await startFailure({ component: { socket_path: first.path } });
    expect(failure).toMatchObject({ exitCode: 1, codes: ['already_running'] });
    await client.send({ ipcReqID: 1, uri: '/ipcserver/test/echo', data: 'undisturbed' });
    expect(await client.nextMessage()).toEqual({ ipcReqID: 1, data: 'undisturbed' });
    await first.assertServes();
  });

  test('keeps its socket when the first, whose name it has taken over, stops', async () => {
    await using first = await startDaemon();
    // Somebody moves the name away by hand: then the second finds the path free.
    renameSync(first.path, first.directory.file('old'));
    await using second = await startDaemon({ component: { socket_path: first.path } });
    expect(await first.process.stop('SIGTERM')).toMatchObject({ code: 0 });
    await second.assertServes();
  });
});

describe('a socket that somebody else has put at the path before', () => {
  test('does not let startup report success while the attacker answers: it is a named error', async () => {
    await using directory = await tempDirectory();
    chmodSync(directory.path, 0o1777);
    const path = directory.file('s');
    await using live = await attacker(path);
    const failure = await startFailure({ component: { socket_path: path } });
    expect(failure).toMatchObject({ exitCode: 1, codes: ['already_running'] });
    expect(live.connections.length).toBeGreaterThan(0);
  });

  test.runIf(isRoot)(
    'and that the sticky directory protects is a named error also when its server is gone',
    async () => {
      await using directory = await tempDirectory();
      chmodSync(directory.path, 0o1777);
      const path = directory.file('s');
      const gone = await attacker(directory.file('t'));
      renameSync(directory.file('t'), path);
      await gone.close();
      chmodSync(path, 0o777);
      chownSync(path, 1, 1);
      const failure = await startFailure({ component: { socket_path: path }, uid: STRANGER });
      expect(failure).toMatchObject({ exitCode: 1, codes: ['not_permitted'] });
      expect(readdirSync(directory.path)).toEqual(['s']);
    },
  );
});

describe('a path that cannot be a socket', () => {
  let logs: TempDirectory;
  let restarter: FixtureProcess;

  beforeAll(async () => {
    logs = await tempDirectory();
    restarter = await spawnFixture(join(__dirname, '../fixtures/restarter.ts'), { args: [logs.path] });
  });

  afterAll(async () => {
    await restarter.cleanup();
    await logs.cleanup();
  });

  test('keeps the regular file that stands there, which the original deleted', async () => {
    await using directory = await tempDirectory();
    const path = directory.file('precious');
    writeFileSync(path, 'data');
    expect(await restarter.ask('start', { socket_path: path })).toEqual({ exitCode: 1 });
    expect(readFileSync(path, 'utf8')).toBe('data');
  });

  test('in a missing directory does not report success while nobody listens', async () => {
    const path = join(logs.path, 'missing', 's');
    expect(await restarter.ask('start', { socket_path: path })).toEqual({ exitCode: 1 });
  });

  test('of over 107 bytes is not bound truncated', async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, 'x'.repeat(107 - directory.path.length));
    expect(Buffer.byteLength(path)).toBe(108);
    expect(await restarter.ask('start', { socket_path: path })).toEqual({ exitCode: 1 });
    expect(readdirSync(directory.path)).toEqual([]);
  });

  test('of 107 bytes is served under its whole name', async () => {
    await using directory = await tempDirectory();
    const path = join(directory.path, 'x'.repeat(106 - directory.path.length));
    expect(Buffer.byteLength(path)).toBe(107);
    expect(await restarter.ask('start', { socket_path: path })).toEqual({ connect: 'connected' });
    expect(readdirSync(directory.path)).toHaveLength(1);
    await restarter.ask('stop');
  });
});
