import { describe, expect, it } from 'vitest';
import { DELAY, ECHO, eventually, openServer } from '../../fixtures/open-server';
import { EndpointStats } from './endpoint-stats';
import { ServerStats } from './server-stats';

const NOTHING = {
  requests: 0,
  clientOpen: 0,
  clientClose: 0,
  maxConnections: 0,
  duration: 0,
  slowResponses: 0,
  streamBackpressure: 0,
};

describe('stats', () => {
  it('are of the last whole cycle, and begin anew with the next', () => {
    let now = 1_000;
    const stats = new ServerStats({ slowThresholdMs: 20, maxUserAgentBytes: () => 256, now: () => now });
    expect(stats.last).toEqual(NOTHING);
    const endpoint = new EndpointStats('/x', 'x');
    stats.opened();
    stats.opened();
    stats.closed();
    for (const ms of [0, 20, 20.1, 500]) {
      stats.received();
      stats.ended(endpoint, ms, undefined);
    }
    now = 3_500.4;
    expect(stats.last).toEqual(NOTHING);
    const cycle = stats.closeCycle();
    expect(cycle).toEqual({
      ...NOTHING,
      requests: 4,
      clientOpen: 2,
      clientClose: 1,
      maxConnections: 2,
      duration: 2_500,
      slowResponses: 2,
    });
    expect(stats.last).toBe(cycle);
    now = 4_000;
    expect(stats.closeCycle()).toEqual({ ...NOTHING, maxConnections: 1, duration: 500 });
    now = 4_250;
    stats.received();
    const ofAll = { requests: 5, clientOpen: 2, clientClose: 1, maxConnections: 2, slowResponses: 2 };
    expect(stats.totals()).toEqual({ ...NOTHING, ...ofAll, duration: 3_250 });
  });

  it('keep errors by code since the start, in an object that no code can harm', () => {
    const stats = new ServerStats({ slowThresholdMs: 20, maxUserAgentBytes: () => 256, now: () => 0 });
    stats.error('a');
    stats.closeCycle();
    stats.error('a');
    stats.error('__proto__');
    stats.error('constructor');
    expect(Object.entries(stats.errors)).toEqual([
      ['a', 2],
      ['__proto__', 1],
      ['constructor', 1],
    ]);
  });

  it('name a bounded number of codes, however many handlers make up', async () => {
    const { server, connect } = await openServer(
      { '/fails': (call) => call.refuse({ code: `made.up_${String(call.request.id)}`, message: 'm' }) },
      { framesPerTurn: 1_000 },
    );
    const wire = await connect();
    await wire.send(...Array.from({ length: 1_000 }, (_, ipcReqID) => ({ ipcReqID, uri: '/fails' })));
    await wire.take(1_000);
    const { errors } = server.stats;
    expect(Object.keys(errors)).toHaveLength(257);
    expect(errors).toMatchObject({ 'made.up_0': 1, 'made.up_255': 1, other: 744 });
  });

  it('of a server count requests of every fate, its clients, and what was slow', async () => {
    const { server, connect, path } = await openServer(
      {
        '/throws': () => {
          throw new Error('x');
        },
      },
      { slowThresholdMs: 100 },
    );
    const [first, second] = [await connect(), await connect()];
    await first.send({ uri: ECHO }, { uri: '/nope' }, { uri: '/throws' }, {}, { uri: DELAY, data: { delay: 120 } });
    await first.take(5);
    second.destroy();
    await eventually(() => server.stats.connections).toBe(1);
    expect(server.stats.closeCycle()).toMatchObject({
      requests: 5,
      clientOpen: 2,
      clientClose: 1,
      maxConnections: 2,
      slowResponses: 1,
      streamBackpressure: 0,
    });
    expect(server.stats.errors).toEqual({ no_handler_found: 1, internal: 1, no_uri: 1 });
    server.reconfigure({ socketPath: path, slowThresholdMs: 1_000 });
    await first.send({ uri: DELAY, data: { delay: 40 } });
    await first.next();
    expect(server.stats.closeCycle()).toMatchObject({ requests: 1, slowResponses: 0 });
  });
});
