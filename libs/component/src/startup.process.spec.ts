import { describe, expect, it } from 'vitest';
import { startDaemon } from '../fixtures/start-daemon';

describe('the component in a pixl-server', () => {
  it('serves', async () => {
    const daemon = await startDaemon();
    console.log(await daemon.ask({ ipcReqID: 1, uri: '/value', data: 1 }));
    console.log(await daemon.perform('stats'));
    console.log(daemon.log());
    daemon.signal('SIGTERM');
    expect(await daemon.exited).toBe(0);
    console.log(daemon.log().slice(-5));
  });
});
