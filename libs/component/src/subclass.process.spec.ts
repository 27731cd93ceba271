import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Daemon, startDaemon } from '../fixtures/start-daemon';

describe.each(['class', 'pixl-class'] as const)('a subclass made by %s', (kind) => {
  it('has its own name, handlers, config section and defaults', async () => {
    const daemon = await startDaemon({ my_key: 1, my_kee: 2 }, kind);
    expect(await daemon.ask({ uri: '/own' }, { uri: '/value', data: 1 })).toMatchObject([
      { data: { name: 'MyIPC' } },
      { data: { got: 1 } },
    ]);
    // request_timeout comes from its defaultConfig.
    const start = performance.now();
    expect(await daemon.ask({ uri: '/never' })).toMatchObject([{ code: 'deadline_exceeded' }]);
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(daemon.warnings().filter((warning) => warning.includes('key'))).toEqual([
      'unknown config key my_kee is ignored; did you mean my_key?',
    ]);
    expect(await daemon.perform('stats')).toMatchObject({ handlers: 16 });
    expect(
      daemon.log().some(({ component, message }) => component === 'MyIPC' && message.startsWith('Listening')),
    ).toBe(true);
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
  });
});

describe('two components in one daemon', () => {
  it('serve apart, each with its own handlers, and both drain', async () => {
    const daemon = new Daemon('two');
    const other = join(daemon.directory, 'other');
    daemon.configure({}, { MyIPC: { socket_path: other } });
    await daemon.start();
    const path = daemon.path;
    expect(await daemon.ask({ uri: '/value', data: 1 }, { uri: '/own' })).toMatchObject([
      { data: { got: 1 } },
      { code: 'no_handler_found' },
    ]);
    Object.assign(daemon, { path: other });
    expect(await daemon.ask({ uri: '/value', data: 1 }, { uri: '/own' })).toMatchObject([
      { code: 'no_handler_found' },
      { data: { name: 'MyIPC' } },
    ]);
    const asked = await daemon.send({ uri: '/ipcserver/test/delay', data: { delay: 120 } });
    Object.assign(daemon, { path });
    const askedToo = await daemon.send({ uri: '/ipcserver/test/delay', data: { delay: 120 } });
    daemon.signal('SIGTERM');
    expect(await Promise.all([asked(), askedToo()])).toMatchObject([
      [{ data: { delay: 120 } }],
      [{ data: { delay: 120 } }],
    ]);
    expect(await daemon.exited).toBe(0);
  });
});
