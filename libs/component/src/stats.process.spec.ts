import { describe, expect, it } from 'vitest';
import { startDaemon, type DaemonLogLine } from '../fixtures/start-daemon';

const isStats = ({ component, category, code, message }: DaemonLogLine): boolean =>
  component === 'IPCServer' && category === 'debug' && code === '5' && message === 'IPCServer Stats';

const KEYS = [
  'connections',
  'handlers',
  'requests',
  'clientOpen',
  'clientClose',
  'maxConnections',
  'duration',
  'slowResponses',
  'streamBackpressure',
];

describe('stats of the component', () => {
  it('are those of the last whole cycle, with what is open and registered now, in the original’s shape', async () => {
    // A busy machine makes any call take some 10 ms, and any test meet the turn of a minute.
    const daemon = await startDaemon({ slow_threshold_ms: 300, log_stats_interval: false });
    const closed = (): Promise<void> =>
      expect.poll(() => daemon.perform('stats'), { interval: 5 }).toMatchObject({ connections: 0 });
    expect(Object.keys(await daemon.perform('stats'))).toEqual(KEYS);
    await daemon.ask({ uri: '/value' }, { uri: '/nope' }, { uri: '/ipcserver/test/delay', data: { delay: 350 } });
    await closed();
    await daemon.ask({ uri: '/value' });
    await closed();
    expect(await daemon.perform('stats')).toMatchObject({ connections: 0, handlers: 15, requests: 0, clientOpen: 0 });
    await daemon.perform('log-stats');
    const cycle = {
      connections: 0,
      handlers: 15,
      requests: 4,
      clientOpen: 2,
      clientClose: 2,
      maxConnections: 1,
      slowResponses: 1,
      streamBackpressure: 0,
    };
    const stats = await daemon.perform<{ duration: number }>('stats');
    expect(stats).toMatchObject(cycle);
    expect(stats.duration).toBeGreaterThanOrEqual(350);
    await daemon.perform('log-stats');
    expect(await daemon.perform('stats')).toMatchObject({
      ...cycle,
      requests: 0,
      clientOpen: 0,
      clientClose: 0,
      maxConnections: 0,
      slowResponses: 0,
    });
    await expect.poll(() => daemon.log().filter(isStats).length).toBe(2);
    const logged = daemon.log().filter(isStats);
    expect(logged.map(({ data }) => Object.keys(JSON.parse(data) as object))).toEqual([KEYS, KEYS]);
    expect(JSON.parse(logged[0]?.data ?? '')).toEqual(stats);
    expect(await daemon.perform('errors')).toEqual({ no_handler_found: 1 });
  });

  it('are logged at each tick of the clock event that is configured', async () => {
    const daemon = await startDaemon({ log_stats_interval: 'tick' });
    await expect.poll(() => daemon.log().filter(isStats).length).toBeGreaterThan(0);
    expect(await daemon.perform('listeners')).toEqual({ minute: 0, tick: 1 });
  });
});
