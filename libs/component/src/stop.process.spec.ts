import { existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { startDaemon } from '../fixtures/start-daemon';

const delay = (ms: number): object => ({ ipcReqID: 1, uri: '/ipcserver/test/delay', data: { delay: ms } });

describe('SIGTERM', () => {
  it('loses no request of 500 ms', async () => {
    const daemon = await startDaemon();
    const replies = await daemon.send(delay(500));
    daemon.signal('SIGTERM');
    expect(await replies()).toEqual([{ ipcReqID: 1, data: { delay: 500 } }]);
    expect(await daemon.exited).toBe(0);
    expect(existsSync(daemon.path)).toBe(false);
    expect(readdirSync(daemon.directory).sort()).toEqual(['config.json', 'log']);
    expect(daemon.errorCodes()).toEqual([]);
  });

  it('ends a quiet daemon at once, its clients in good order', async () => {
    const daemon = await startDaemon();
    const socket = connect(daemon.path);
    await once(socket, 'connect');
    await expect.poll(() => daemon.perform('stats'), { interval: 5 }).toMatchObject({ connections: 1 });
    const closed = once(socket.resume(), 'close');
    const start = performance.now();
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
    expect(performance.now() - start).toBeLessThan(1_500);
    expect(await closed).toEqual([false]);
  });

  it('ends a daemon by exit_timeout, whatever its handlers and clients do', async () => {
    const daemon = await startDaemon({ exit_timeout: 400 });
    const never = await daemon.send({ uri: '/never' });
    const deaf = connect(daemon.path).pause();
    deaf.on('error', () => undefined);
    const big = { uri: '/ipcserver/test/echo', data: 'x'.repeat(2_000_000) };
    await new Promise((resolve) => deaf.write(`${JSON.stringify(big)}\n`, resolve));
    const start = performance.now();
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
    const ms = performance.now() - start;
    expect(ms).toBeGreaterThan(350);
    expect(ms).toBeLessThan(1_000);
    expect(await never()).toEqual([]);
    deaf.destroy();
    expect(daemon.errorCodes()).toEqual(['ipc_server_close']);
    expect(daemon.log().find(({ code }) => code === 'ipc_server_close')?.message).toMatch(
      /^\d clients? still waited for replies that did not come within exit_timeout, \d+ ms$/,
    );
  });
});
