import { describe, expect, it } from 'vitest';
import { startDaemon, type Daemon } from '../fixtures/start-daemon';

const reloads = (daemon: Daemon): number =>
  daemon.log().filter(({ message }) => message.startsWith('IPCServer config was reloaded')).length;
const limited = { uri: '/ipcserver/test/echo/long-uri', data: 1 };

describe('a changed config file', () => {
  it('takes limits, exit_timeout and log_stats_interval over while the daemon runs', async () => {
    const daemon = await startDaemon();
    expect(await daemon.ask(limited)).toMatchObject([{ data: 1 }]);
    daemon.configure({ max_uri_bytes: 25, log_stats_interval: false, unknown_thing: 1, exit_timeout: 100 });
    await expect.poll(() => reloads(daemon)).toBe(1);
    expect(await daemon.ask(limited)).toMatchObject([{ code: 'invalid_request' }]);
    expect(await daemon.perform('listeners')).toEqual({ minute: 0, tick: 0 });
    expect(daemon.warnings()).toContain('unknown config key unknown_thing is ignored');

    // What is left out goes back to its default.
    daemon.configure({ exit_timeout: 100 });
    await expect.poll(() => reloads(daemon)).toBe(2);
    expect(await daemon.ask(limited)).toMatchObject([{ data: 1 }]);
    expect(await daemon.perform('listeners')).toEqual({ minute: 1, tick: 0 });

    const hanging = await daemon.send({ uri: '/ipcserver/test/delay', data: { delay: 5_000 } });
    const start = performance.now();
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(await hanging()).toEqual([]);
    expect(daemon.errorCodes()).toEqual(['stream_err', 'ipc_server_close']);
  });

  it('that holds an error changes nothing, and says what to write instead', async () => {
    const daemon = await startDaemon({ max_uri_bytes: 25 });
    const malformed: readonly [object, RegExp][] = [
      [{ max_uri_bytes: 'many', request_timeout: 1 }, /max_uri_bytes is "many"; give a whole number/],
      [{ write_soft_bytes: 2 ** 30, request_timeout: 1 }, /write_soft_bytes is 1073741824, over write_hard_bytes/],
      [{ drain_timeout: 5, request_timeout: 1 }, /set exit_timeout/],
    ];
    for (const [index, [values, message]] of malformed.entries()) {
      daemon.configure(values);
      await expect.poll(() => daemon.errorCodes().length).toBe(index + 1);
      const line = daemon.log().findLast(({ code }) => code === 'ipc_config');
      expect(line?.message).toMatch(message);
      expect(line?.message).toMatch(/; the previous config stays in force$/);
    }
    expect(await daemon.ask(limited, { uri: '/ipcserver/test/delay', data: { delay: 60 } })).toMatchObject([
      { code: 'invalid_request' },
      { data: { delay: 60 } },
    ]);
  });
});
