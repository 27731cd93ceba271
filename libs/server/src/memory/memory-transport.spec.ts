import { CANCEL_URI } from '@pixl-ipc/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DELAY, ECHO, eventually, KeptLog, temporaryDirectory } from '../../fixtures/open-server';
import { Wire } from '../../fixtures/wire';
import { createRouter, Server, type Handle, type ServerOptions } from '../index';

function open(handles: Readonly<Record<string, Handle>> = {}, options: Partial<ServerOptions> = {}) {
  const router = createRouter();
  for (const [uri, handle] of Object.entries(handles)) router.addExact(uri, uri.slice(1), handle);
  const log = new KeptLog();
  const server = new Server({ log, ...options }, { router });
  onTestFinished(() => server.abort());
  const transport = server.inMemory();
  return { server, log, transport, connect: () => Wire.over(transport.connect()) };
}

describe('a server in this process', () => {
  it('serves requests of both versions as over a socket', async () => {
    const { server, connect } = open();
    const wire = connect();
    await wire.send({ ipcReqID: 1, uri: ECHO, data: 'é' }, { v: 2, ipcReqID: 'a', uri: DELAY, data: { delay: 1 } });
    expect(await wire.take(2)).toEqual([
      { ipcReqID: 1, data: 'é' },
      { v: 2, ipcReqID: 'a', data: { delay: 1 } },
    ]);
    expect(server.stats.connections).toBe(1);
    wire.halfClose();
    await wire.ended();
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('leaves replies of any size alone until they are read, however many there are in a turn', async () => {
    const { connect } = open();
    const [one, other] = [connect(), connect()];
    const requests = [6_000, 20_000, 20_000, 70_000, 20_000, 300_000].map((size, ipcReqID) => ({
      ipcReqID,
      uri: ECHO,
      data: String.fromCharCode(97 + ipcReqID).repeat(size),
    }));
    await Promise.all([one.send(...requests), other.send(...requests.toReversed())]);
    const expected = requests.map(({ ipcReqID, data }) => ({ ipcReqID, data }));
    expect(await one.take(requests.length)).toEqual(expected);
    expect(await other.take(requests.length)).toEqual(expected.toReversed());
  });

  it('has the same limits on size, number and time', async () => {
    const { server, connect } = open({ '/never': () => undefined }, { maxConnections: 1, maxFrameBytes: 1_000 });
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 'a', uri: '/never', timeout: 30 });
    expect(await wire.next()).toMatchObject({ ipcReqID: 'a', code: 'deadline_exceeded' });
    const second = connect();
    expect(await second.next()).toMatchObject({ ipcReqID: null, code: 'resource_exhausted' });
    await second.ended();
    await wire.send({ v: 2, ipcReqID: 'b', uri: ECHO, data: 'x'.repeat(1_000) });
    expect(await wire.next()).toMatchObject({ ipcReqID: 'b', code: 'message_too_large' });
    expect(server.stats.errors).toEqual({ deadline_exceeded: 1, max_connections: 1, message_too_large: 1 });
  });

  it('aborts the handlers of a caller that cancels, and of one that is gone', async () => {
    const signals: AbortSignal[] = [];
    const { server, connect } = open({ '/never': (call) => void signals.push(call.signal) });
    const [wire, other] = [connect(), connect()];
    await wire.send({ v: 2, ipcReqID: 'a', uri: '/never' }, { v: 2, ipcReqID: 'b', uri: '/never' });
    await other.send({ v: 2, ipcReqID: 'c', uri: '/never' });
    await eventually(() => signals.length).toBe(3);
    await wire.send({ v: 2, uri: CANCEL_URI, data: { id: 'a' }, oneway: true });
    await wire.next();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, false]);
    wire.destroy();
    await eventually(() => signals.map(({ aborted }) => aborted)).toEqual([true, true, false]);
    expect(server.load.inFlight).toBe(1);
  });

  it('closes a caller that does not read, as over a socket', async () => {
    const { server, connect } = open(
      { '/big': (call) => call.reply('x'.repeat(400_000)) },
      { writeSoftBytes: 500_000, writeHardBytes: 1_000_000, maxResponseBytes: 500_000, slowReaderTimeoutMs: 50 },
    );
    const wire = connect();
    wire.pause();
    await wire.send({ uri: '/big' }, { uri: '/big' }, { uri: '/big' }, { uri: '/big' }, { uri: '/big' });
    await eventually(() => server.stats.errors).toEqual({ slow_reader: 1 });
    expect(server.load.bufferedBytes).toBe(0);
  });

  it('knows who the caller is: this process', async () => {
    const { connect } = open({ '/who': (call) => call.reply(call.connection.peer) });
    const wire = connect();
    await wire.send({ uri: '/who' });
    expect((await wire.next()).data).toEqual({
      pid: process.pid,
      uid: process.geteuid?.(),
      gid: process.getegid?.(),
    });
  });

  it('drains as over a socket, and is not there any more afterwards', async () => {
    const { server, connect, transport } = open();
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 'a', uri: DELAY, data: { delay: 50 } });
    await eventually(() => server.load.inFlight).toBe(1);
    const draining = server.drain();
    expect(await wire.take(2)).toMatchObject([{ goaway: true }, { ipcReqID: 'a', data: { delay: 50 } }]);
    const late = connect();
    await late.closed();
    expect(late.error).toBe('ECONNREFUSED');
    expect((await draining).abandoned).toBe(0);
    await wire.ended();
    await eventually(() => server.stats.connections).toBe(0);
    expect(transport.describe).toBe('the server in this process');
  });

  it('leaves no timer behind when it has stopped, and makes none before it is used', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const { server, connect } = open({ '/never': () => undefined }, { requestTimeoutMs: 0 });
    expect(timers()).toBe(before);
    const wire = connect();
    await wire.send({ v: 2, ipcReqID: 'a', uri: '/never', timeout: 60_000 });
    await eventually(() => server.load.inFlight).toBe(1);
    await server.abort();
    expect(timers()).toBe(before);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });

  it('may have a socket as well', async () => {
    const socketPath = `${temporaryDirectory()}/s`;
    const { server, connect } = open({}, { socketPath });
    await server.listen();
    const [inside, outside] = [connect(), await Wire.connect(socketPath)];
    for (const wire of [inside, outside]) {
      await wire.send({ ipcReqID: 1, uri: ECHO, data: 1 });
      expect(await wire.next()).toEqual({ ipcReqID: 1, data: 1 });
    }
    await server.drain();
    await Promise.all([inside.ended(), outside.ended()]);
  });

  it('without a path cannot listen', async () => {
    const { server } = open();
    await expect(server.listen()).rejects.toThrow(/^socketPath is missing; give the path/);
  });
});

it('a server disposes of itself at the end of its block, what runs finished first', async () => {
  let wire: Wire;
  {
    await using server = new Server({});
    wire = Wire.over(server.inMemory().connect());
    await wire.send({ ipcReqID: 1, uri: DELAY, data: { delay: 30 } });
    await eventually(() => server.load.inFlight).toBe(1);
  }
  expect(wire.replies).toEqual([{ ipcReqID: 1, data: { delay: 30 } }]);
});
