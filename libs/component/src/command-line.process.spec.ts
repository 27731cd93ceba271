import { lstatSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Daemon } from '../fixtures/start-daemon';

/** A daemon of that command line and environment. */
async function start(commandLine: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Daemon> {
  const daemon = new Daemon();
  daemon.configure({ socket_chmod: '600', log_stats_interval: 'minute' });
  return daemon.start(commandLine, env);
}

describe('config from pixl-server’s command line and environment', () => {
  it.each<[string, readonly string[], NodeJS.ProcessEnv]>([
    [
      'command line',
      [
        '--IPCServer.socket_chmod',
        '0o660',
        '--IPCServer.log_stats_interval',
        'false',
        '--IPCServer.builtins.stats',
        'false',
      ],
      {},
    ],
    [
      'environment',
      [],
      {
        TESTDAEMON_IPCServer__socket_chmod: '0o660',
        TESTDAEMON_IPCServer__log_stats_interval: 'false',
        TESTDAEMON_IPCServer__builtins__stats: 'false',
      },
    ],
  ])('sets modes and flags by the %s', async (_where, commandLine, env) => {
    const daemon = await start(commandLine, env);
    expect(daemon.errorCodes()).toEqual([]);
    expect(lstatSync(daemon.path).mode & 0o777).toBe(0o660);
    expect(await daemon.perform('listeners')).toEqual({ minute: 0, tick: 0 });
    expect(await daemon.ask({ uri: '/ipcserver/stats' })).toMatchObject([{ code: 'no_handler_found' }]);
  });

  it.each([['660'], ['0660']])(
    'is told where --IPCServer.socket_chmod %s is a number: what to write there',
    async (mode) => {
      const daemon = await start(['--IPCServer.socket_chmod', mode]);
      expect(await daemon.exited).not.toBe(0);
      expect(daemon.log().find(({ code }) => code === 'ipc_config')?.message).toBe(
        'IPCServer config: socket_chmod is the number 660, which is 1224 in octal; write the string "660", or 0o660 on pixl-server\'s command line or in its environment',
      );
    },
  );
});
