import { describe, expect, it } from 'vitest';
import { eventually, openServer, type OpenServer } from '../../fixtures/open-server';
import { virtualTime } from '../../fixtures/virtual-time';
import type { ServerOptions } from '../options';

const REPLY_BYTES = 100_000;
const SOFT_BYTES = 200_000;
const HARD_BYTES = 1_000_000;

interface Counted extends OpenServer {
  /** Requests that were dispatched. */
  readonly dispatched: () => number;
}

describe.each([true, false])('a client that does not read, with sharedReadBuffer %s', (sharedReadBuffer) => {
  async function open(options: Partial<ServerOptions> = {}): Promise<Counted> {
    const data = 'x'.repeat(REPLY_BYTES);
    let count = 0;
    const opened = await openServer(
      {
        '/big': (call) => {
          count++;
          call.reply(data);
        },
        '/later': (call) => {
          count++;
          setTimeout(() => call.reply(data), 20);
        },
      },
      {
        sharedReadBuffer,
        maxResponseBytes: HARD_BYTES,
        writeSoftBytes: SOFT_BYTES,
        writeHardBytes: HARD_BYTES,
        slowReaderTimeoutMs: 60_000,
        ...options,
      },
    );
    return { ...opened, dispatched: () => count };
  }

  const asks = (count: number, uri: string): object[] =>
    Array.from({ length: count }, (_, ipcReqID) => ({ ipcReqID, uri }));

  it('is dispatched no further above the soft limit, and served to the end when it reads on', async () => {
    const { server, connect, dispatched } = await open();
    const wire = await connect();
    wire.pause();
    await wire.send(...asks(60, '/big'));
    // What the kernel takes, the soft limit, and one reply that goes over it.
    await eventually(() => server.load.bufferedBytes).toBeGreaterThanOrEqual(SOFT_BYTES);
    const atRest = dispatched();
    expect(atRest).toBeLessThan(20);
    expect(server.load.bufferedBytes).toBeLessThan(SOFT_BYTES + REPLY_BYTES + 100_000);
    // Others are served, it is not.
    const other = await connect();
    await other.send({ ipcReqID: 'other', uri: '/ipcserver/test/echo', data: 1 });
    expect(await other.next()).toEqual({ ipcReqID: 'other', data: 1 });
    expect(dispatched()).toBe(atRest);
    wire.resume();
    expect((await wire.take(60)).map(({ ipcReqID }) => ipcReqID)).toEqual(asks(60, '').map((_, index) => index));
    await eventually(() => server.load.bufferedBytes).toBe(0);
  });

  it('is read no further above the soft limit: its own writes stop', async () => {
    const { server, connect } = await open();
    const wire = await connect();
    wire.pause();
    await wire.send(...asks(20, '/big'));
    await eventually(() => server.load.bufferedBytes).toBeGreaterThanOrEqual(SOFT_BYTES);
    let isWritten = false;
    const written = wire.send({ ipcReqID: 'x'.repeat(2_000_000) }).then(() => (isWritten = true));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isWritten).toBe(false);
    wire.resume();
    await written;
    await wire.take(21);
  });

  it('is closed above the hard limit, what it has running is aborted, and nothing of it stays', async () => {
    const { server, connect, log } = await open({ maxInFlightPerConnection: 1_000 });
    const wire = await connect();
    wire.pause();
    await wire.send(...asks(200, '/later'));
    await eventually(() => server.stats.connections).toBe(0);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
    expect(server.stats.errors).toMatchObject({ slow_reader: 1 });
    expect(log.errors.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(/^client_socket_err: client does not read: \d+ bytes of replies wait, limit 1000000$/),
    ]);
  });

  it('is closed after slow_reader_timeout above the soft limit', async () => {
    const { server, connect, log } = await open({ slowReaderTimeoutMs: 100 });
    const wire = await connect();
    wire.pause();
    await wire.send(...asks(20, '/big'));
    await eventually(() => server.stats.connections).toBe(0);
    expect(server.stats.errors).toMatchObject({ slow_reader: 1 });
    expect(log.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^client has not read its replies for 100 ms: \d{6,} bytes wait$/),
    ]);
    expect(server.load.bufferedBytes).toBe(0);
  });

  it('is closed after slow_reader_timeout when it has half-closed or sent too large a frame, too', async () => {
    const { server, connect } = await open({ slowReaderTimeoutMs: 100, maxFrameBytes: 5_000 });
    const [halfClosed, tooLarge] = [await connect(), await connect()];
    for (const wire of [halfClosed, tooLarge]) {
      wire.pause();
      await wire.send(...asks(5, '/big'));
    }
    halfClosed.halfClose();
    await tooLarge.write('x'.repeat(5_001));
    await eventually(() => server.stats.connections).toBe(0);
    expect(server.load.bufferedBytes).toBe(0);
  });

  it('is closed after slow_reader_timeout below the soft limit, too, once it will ask no more', async () => {
    const { server, connect, log } = await open({ slowReaderTimeoutMs: 100, writeSoftBytes: HARD_BYTES });
    const wire = await connect();
    wire.pause();
    await wire.send(...asks(8, '/big'));
    await eventually(() => server.load.bufferedBytes).toBeGreaterThan(0);
    const later = await connect();
    await later.send({ ipcReqID: 1, uri: '/ipcserver/test/delay', data: { delay: 300 } });
    await later.next();
    expect(server.stats.connections).toBe(2);

    wire.halfClose();
    await eventually(() => server.stats.connections).toBe(1);
    expect(log.errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^client has not read its replies for 100 ms: \d+ bytes wait$/),
    ]);
  });

  it('for a while, and then does, is not closed by slow_reader_timeout', async () => {
    const time = virtualTime();
    const { server, connect } = await open({ slowReaderTimeoutMs: 400 });
    const wire = await connect();
    for (let round = 0; round < 4; round++) {
      wire.pause();
      await wire.send(...asks(8, '/big'));
      await time.pass(250);
      expect(server.load.bufferedBytes).toBeGreaterThanOrEqual(SOFT_BYTES);
      wire.resume();
      await wire.take(8);
    }
    expect(server.stats.errors).toEqual({});
  });

  it('has its half-close answered when it reads on', async () => {
    const { server, connect } = await open();
    const wire = await connect();
    wire.pause();
    await wire.send(...asks(50, '/big'));
    wire.halfClose();
    await eventually(() => server.load.bufferedBytes).toBeGreaterThanOrEqual(SOFT_BYTES);
    wire.resume();
    await wire.take(50);
    await wire.ended();
    await eventually(() => server.stats.connections).toBe(0);
  });

  it('counts as backpressure; one that reads at once does not, however large the reply', async () => {
    const { server, connect } = await open();
    const wire = await connect();
    await wire.send(...asks(1, '/big'));
    await wire.next();
    expect(server.stats.current.streamBackpressure).toBe(0);
    wire.pause();
    await wire.send(...asks(20, '/big'));
    await eventually(() => server.load.bufferedBytes).toBeGreaterThanOrEqual(SOFT_BYTES);
    expect(server.stats.current.streamBackpressure).toBe(1);
  });
});
