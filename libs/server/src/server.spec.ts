import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { DELAY, ECHO, eventually, openServer, temporaryDirectory } from '../fixtures/open-server';
import type { BuiltInOptions } from './builtin/access';
import { OptionError } from './option-error';
import { Server } from './server';

const canReadPeers = (): boolean => false;

describe('a server', () => {
  it('says where it listens while it does, and leaves nothing behind', async () => {
    const socketPath = `${temporaryDirectory()}/s`;
    const server = new Server({ socketPath });
    expect(server.path).toBeUndefined();
    await server.listen();
    expect([server.path, lstatSync(socketPath).mode & 0o777]).toEqual([socketPath, 0o600]);
    await server.abort();
    expect([server.path, readdirSync(dirname(socketPath))]).toEqual([undefined, []]);
  });

  it('serves what no route matches through its default handle, once it has one', async () => {
    const { server, connect } = await openServer({ '/own': (call) => call.reply('own') });
    const wire = await connect();
    const ask = async (uri: string): Promise<unknown> => {
      await wire.send({ uri });
      const { data, code } = await wire.next();
      return code ?? data;
    };
    expect([await ask('/other'), await ask('/own')]).toEqual(['no_handler_found', 'own']);
    server.setDefaultHandle((call) => call.reply(`default ${call.request.uri}`));
    expect([await ask('/other'), await ask('/own')]).toEqual(['default /other', 'own']);
    server.setDefaultHandle(undefined);
    expect(await ask('/other')).toBe('no_handler_found');
  });

  it('serves routes that are added while it runs', async () => {
    const { server, connect } = await openServer();
    const wire = await connect();
    await wire.send({ uri: '/late' });
    expect(await wire.next()).toMatchObject({ code: 'no_handler_found' });
    server.router.addExact('/late', 'late', (call) => call.reply('here'));
    await wire.send({ uri: '/late' });
    expect(await wire.next()).toMatchObject({ data: 'here' });
  });

  it('closes every connection when told to, and serves the next', async () => {
    const { server, connect } = await openServer({ '/never': () => undefined });
    const wires = await Promise.all([connect(), connect(), connect()]);
    await wires[0].send({ uri: '/never' });
    await eventually(() => server.load.inFlight).toBe(1);
    await eventually(() => server.stats.connections).toBe(3);
    expect(server.closeConnections()).toBe(3);
    await Promise.all(wires.map((wire) => wire.closed()));
    expect([server.stats.connections, server.load.inFlight]).toEqual([0, 0]);
    const next = await connect();
    await next.send({ uri: ECHO, data: 1 });
    expect((await next.next()).data).toBe(1);
  });

  it('tells a connection over max_connections why it is closed, and counts it apart', async () => {
    const { server, connect, log } = await openServer({}, { maxConnections: 1 });
    const first = await connect();
    await eventually(() => server.stats.connections).toBe(1);
    const second = await connect();
    expect(await second.next()).toMatchObject({ ipcReqID: null, code: 'resource_exhausted' });
    expect(server.stats.errors).toEqual({ max_connections: 1 });
    expect(log.codes()).toEqual(['resource_exhausted']);
    first.destroy();
    await eventually(() => server.stats.connections).toBe(0);
    const third = await connect();
    await third.send({ uri: ECHO, data: 1 });
    expect((await third.next()).data).toBe(1);
  });

  it('goes on where its log cannot be written, and counts the lines', async () => {
    const fail = (): never => {
      throw new Error('ENOSPC: no space left on device');
    };
    const { server, connect } = await openServer({ '/throws': fail }, { log: { debug: fail, error: fail } });
    const wire = await connect();
    await wire.write('not json\n');
    await wire.send({ uri: '/throws' }, { uri: '/nope' }, { uri: ECHO, data: 1 });
    expect((await wire.take(4)).map(({ code }) => code)).toEqual([
      'parse_error',
      'internal',
      'no_handler_found',
      undefined,
    ]);
    expect(server.stats.errors).toMatchObject({ log_failed: 3 });
  });
});

describe('a server that is stopped', () => {
  const stops = ['drain', 'abort'] as const;

  it.each(stops)('by %s while it starts stops when it has, and leaves nothing behind', async (stop) => {
    const socketPath = `${temporaryDirectory()}/s`;
    const server = new Server({ socketPath });
    const listening = server.listen();
    await Promise.all([listening, server[stop](), server[stop]()]);
    expect([server.path, readdirSync(dirname(socketPath))]).toEqual([undefined, []]);
    await expect(server.listen()).rejects.toMatchObject({ name: 'ListenError', code: 'stopped' });
  });

  it.each(stops)('by %s before it starts does not start, at once or later', async (stop) => {
    const socketPath = `${temporaryDirectory()}/s`;
    const server = new Server({ socketPath });
    const stopped = server[stop]();
    const error = { code: 'stopped', message: 'this server was stopped; create another one to listen again' };
    await expect(server.listen()).rejects.toMatchObject(error);
    await stopped;
    await expect(server.listen()).rejects.toMatchObject(error);
    expect(readdirSync(dirname(socketPath))).toEqual([]);
  });

  it.each(stops)('by %s while it fails to start fails with its own error alone', async (stop) => {
    const server = new Server({ socketPath: `${temporaryDirectory()}/missing/s` });
    const listening = expect(server.listen()).rejects.toMatchObject({ code: 'no_directory' });
    await server[stop]();
    await listening;
  });
});

describe('a server that is told to listen', () => {
  it('twice says so, and goes on serving', async () => {
    const { server, connect } = await openServer();
    await expect(server.listen()).rejects.toMatchObject({
      code: 'already_running',
      message: 'this server listens already; call listen() once',
    });
    const wire = await connect();
    await wire.send({ uri: ECHO, data: 1 });
    expect((await wire.next()).data).toBe(1);
  });

  it('again after it could not listens, once it can', async () => {
    const socketPath = `${temporaryDirectory()}/later/s`;
    const server = new Server({ socketPath });
    await expect(server.listen()).rejects.toMatchObject({ code: 'no_directory' });
    mkdirSync(dirname(socketPath));
    await server.listen();
    expect(server.path).toBe(socketPath);
    await server.abort();
  });
});

describe('reconfiguring a running server', () => {
  it('changes limits for what comes, and what is left out goes back to its default', async () => {
    const { server, connect, path } = await openServer({}, { maxUriBytes: 50, requestTimeoutMs: 50 });
    const wire = await connect();
    const long = { uri: `${ECHO}/${'x'.repeat(50)}`, data: 1 };
    await wire.send(long);
    expect(await wire.next()).toMatchObject({ code: 'invalid_request' });
    server.reconfigure({ socketPath: path, maxConnections: 1 });
    await wire.send(long, { uri: DELAY, data: { delay: 100 } });
    expect(await wire.take(2)).toMatchObject([{ data: 1 }, { data: { delay: 100 } }]);
    expect(await (await connect()).next()).toMatchObject({ code: 'resource_exhausted' });
  });

  it('takes timeouts over for connections that are open', async () => {
    const { server, connect, path } = await openServer();
    const wire = await connect();
    await eventually(() => server.stats.connections).toBe(1);
    server.reconfigure({ socketPath: path, idleTimeoutMs: 50 });
    await wire.ended();
    expect(server.stats.errors).toEqual({ idle_timeout: 1 });
  });

  it('keeps path, mode, backlog and log until the next start', async () => {
    const { server, connect, path, log } = await openServer();
    server.reconfigure({
      socketPath: '/elsewhere',
      socketMode: 0o666,
      listenBacklog: 1,
      log: { debug: vi.fn(), error: vi.fn() },
    });
    expect([server.path, lstatSync(path).mode & 0o777]).toEqual([path, 0o600]);
    const wire = await connect();
    await wire.send({ uri: '/nope' });
    await wire.next();
    expect(log.codes()).toEqual(['no_handler_found']);
  });

  it('with a wrong value, or a policy nobody can enforce, changes nothing', async () => {
    const { server, connect, path } = await openServer({}, { maxUriBytes: 30 }, { canReadPeers });
    expect(() => server.reconfigure({ socketPath: path, maxUriBytes: 3_000, maxIdBytes: 0 })).toThrow(OptionError);
    expect(() => server.reconfigure({ socketPath: path, maxUriBytes: 3_000, allowUids: [0] })).toThrow(
      /allowUids needs .*koffi/,
    );
    const wire = await connect();
    await wire.send({ uri: '/'.repeat(31) });
    expect(await wire.next()).toMatchObject({ code: 'invalid_request' });
  });

  it('is not needed to refuse such a policy at the start', async () => {
    const directory = temporaryDirectory();
    await expect(
      new Server({ socketPath: `${directory}/s`, allowGids: [0] }, { canReadPeers }).listen(),
    ).rejects.toThrow(/allowGids needs .*koffi/);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is needed to keep a built-in endpoint for some users, and to switch one off is not', async () => {
    const directory = temporaryDirectory();
    const serving = (builtins: BuiltInOptions): Promise<void> => {
      const server = new Server({ socketPath: `${directory}/s`, builtins }, { canReadPeers });
      onTestFinished(() => server.abort());
      return server.listen();
    };
    await expect(serving({ stats: { allowUids: [0] } })).rejects.toThrow(/^builtins\.stats\.allowUids needs .*koffi/);
    expect(readdirSync(directory)).toEqual([]);
    await serving({ stats: false, metrics: true });
  });
});
