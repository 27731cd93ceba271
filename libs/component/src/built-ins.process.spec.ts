import { describe, expect, it } from 'vitest';
import { startDaemon } from '../fixtures/start-daemon';

describe('built-in endpoints of the component', () => {
  it('tell the daemon’s name and version, and how its handlers do', async () => {
    const daemon = await startDaemon({});
    const [info, , stats] = await daemon.ask(
      { uri: '/ipcserver/info' },
      { uri: '/value' },
      { uri: '/ipcserver/stats' },
    );
    expect(info).toMatchObject({
      data: { name: 'TestDaemon', version: '1.0', contract: expect.stringMatching(/^[0-9a-f]{12}$/) as string },
    });
    expect(stats).toMatchObject({ data: { endpoints: { '/value': { calls: 1, succeeded: 1 } } } });
  });

  it('serve whom the config names', async () => {
    const builtins = { metrics: { allow_uids: [] }, stats: false };
    const daemon = await startDaemon({ builtins });
    expect(await daemon.ask({ uri: '/ipcserver/metrics' }, { uri: '/ipcserver/stats' })).toMatchObject([
      { code: 'permission_denied' },
      { code: 'no_handler_found' },
    ]);
  });
});
