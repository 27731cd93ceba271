import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Daemon, startDaemon } from '../fixtures/start-daemon';

describe('startup in a real pixl-server', () => {
  it('calls back when clients can connect; handlers may come before and after; each call is served', async () => {
    const daemon = await startDaemon();
    expect(lstatSync(daemon.path).mode & 0o777).toBe(0o600);
    expect(
      await daemon.ask(
        { ipcReqID: 1, uri: '/value', data: { a: 1 } },
        { ipcReqID: 2, uri: '/pattern/7' },
        { ipcReqID: 3, uri: '/pattern/8' },
        { ipcReqID: 4, uri: '/a.b' },
        { ipcReqID: 5, uri: '/aXb' },
        { ipcReqID: 6, uri: '/whole', data: null, extra: true },
        { ipcReqID: 7, uri: '/ipcserver/test/echo', data: [1] },
      ),
    ).toMatchObject([
      { ipcReqID: 1, data: { got: { a: 1 } } },
      { ipcReqID: 2, data: { uri: '/pattern/7' } },
      { ipcReqID: 3, data: { uri: '/pattern/8' } },
      { ipcReqID: 4, data: 'dotted' },
      { ipcReqID: 5, code: 'no_handler_found' },
      { ipcReqID: 6, data: { ipcReqID: 6, uri: '/whole', data: null, extra: true } },
      { ipcReqID: 7, data: [1] },
    ]);
    await daemon.perform('add-late');
    expect(await daemon.ask({ uri: '/late' }, { uri: '/x(' }, { uri: '/other' })).toMatchObject([
      { data: 'late' },
      { data: 'literal' },
      { data: { nobody: '/other' } },
    ]);
    expect(daemon.warnings()).toEqual([
      "handler 'dotted' matches the text /a.b literally; if it is meant as a regular expression, write addURIHandler(/^\\/a.b$/, …)",
      "handler 'unbalanced' matches the text /x( literally",
    ]);
  });

  it.runIf(process.getuid?.() === 0)('gives the socket to the user that pixl-server is going to be', async () => {
    const daemon = new Daemon();
    // Root's log is not the user's to write; it is theirs from the start here.
    chmodSync(daemon.directory, 0o777);
    writeFileSync(join(daemon.directory, 'log'), '');
    chmodSync(join(daemon.directory, 'log'), 0o666);
    daemon.configure({}, { uid: 'nobody' });
    await daemon.start();
    const user = await daemon.perform<number>('user');
    expect(user).not.toBe(0);
    expect(lstatSync(daemon.path)).toMatchObject({ uid: user });
    expect(lstatSync(daemon.path).mode & 0o777).toBe(0o600);
    expect(await daemon.ask({ uri: '/value', data: 1 })).toMatchObject([{ data: { got: 1 } }]);
  });

  it('warns once of each unknown key, and of a socket that is open to everybody', async () => {
    const daemon = await startDaemon({ socket_mode: '600', colour: 1, socket_chmod: '777', debug_level: 9 });
    expect(daemon.warnings().filter((warning) => !warning.startsWith('handler'))).toEqual([
      'unknown config key socket_mode is ignored; did you mean socket_chmod?',
      'unknown config key colour is ignored',
      'socket_chmod lets every user of this host connect; "660" with socket_group lets in a group',
    ]);
    expect(lstatSync(daemon.path).mode & 0o777).toBe(0o777);
  });

  it.each<[string, (daemon: Daemon) => object, string, RegExp]>([
    [
      'the directory is missing',
      ({ directory }) => ({ socket_path: join(directory, 'none', 's') }),
      'no_directory',
      /create the directory first/,
    ],
    [
      'the path is too long',
      ({ directory }) => ({ socket_path: join(directory, 'x'.repeat(100)) }),
      'path_too_long',
      /limit 107/,
    ],
    [
      'a file is in the way',
      ({ directory, path }) => (writeFileSync(path, 'precious'), mkdirSync(join(directory, 'd')), {}),
      'not_a_socket',
      /socket|remove|file/,
    ],
    ['drain_timeout is set', () => ({ drain_timeout: 5 }), 'ipc_config', /set exit_timeout/],
    ['the group is unknown', () => ({ socket_group: 'no-such-group-here' }), 'unknown_group', /no-such-group-here/],
  ])(
    'fails where %s: a named error with its remedy, another exit code than 0, nothing left behind',
    async (_what, values, code, message) => {
      const daemon = new Daemon();
      daemon.configure(values(daemon));
      const before = readdirSync(daemon.directory).filter((name) => name !== 'log');
      await daemon.start();
      expect(await daemon.exited).not.toBe(0);
      expect(daemon.errorCodes()).toEqual([code]);
      const lines = daemon.log().filter(({ category }) => category === 'error');
      expect(lines[0]?.message).toMatch(message);
      expect(lines.map(({ component, code: logged }) => `${component} ${logged}`)).toContain('TestDaemon startup');
      expect(readdirSync(daemon.directory).filter((name) => name !== 'log')).toEqual(before);
    },
  );

  it('fails where another daemon lives at the path, and leaves that one alone', async () => {
    const first = await startDaemon();
    const second = new Daemon();
    second.configure({ socket_path: first.path });
    await second.start();
    expect(await second.exited).not.toBe(0);
    expect(second.errorCodes()).toEqual(['already_running']);
    expect(await first.ask({ uri: '/value', data: 1 })).toMatchObject([{ data: { got: 1 } }]);
  });

  it('recovers the socket of a daemon that was killed', async () => {
    const daemon = await startDaemon();
    daemon.signal('SIGKILL');
    await daemon.exited;
    expect(existsSync(daemon.path)).toBe(true);
    await daemon.start();
    expect(await daemon.ask({ uri: '/value', data: 1 })).toMatchObject([{ data: { got: 1 } }]);
  });
});
