import { describe, expect, it } from 'vitest';
import { startDaemon } from '../fixtures/start-daemon';

const greet = (name: unknown, fields: object = {}): object => ({ uri: '/typed/greet', data: { name }, ...fields });

describe('endpoints of contracts in the component', () => {
  it('are served to version 1 and version 2, beside handlers of the original’s API', async () => {
    const daemon = await startDaemon();
    const unwelcome = { code: 'typed.unwelcome', message: 'unwelcome' };
    expect(
      await daemon.ask(
        greet('Ada', { ipcReqID: 1 }),
        { ipcReqID: 2, uri: '/value', data: 1 },
        greet('Mallory', { ipcReqID: 3 }),
        greet('Mallory', { v: 2, ipcReqID: 4 }),
        greet(5, { v: 2, ipcReqID: 5 }),
      ),
    ).toMatchObject([
      { ipcReqID: 1, data: { hello: 'Ada' } },
      { ipcReqID: 2, data: { got: 1 } },
      { ipcReqID: 3, ...unwelcome, data: unwelcome },
      { v: 2, ipcReqID: 4, ...unwelcome, details: { reason: 'listens in' } },
      { v: 2, ipcReqID: 5, code: 'invalid_argument', details: { issues: [{ path: '/name' }] } },
    ]);
    expect(await daemon.ask({ v: 2, uri: '/typed/count', data: { to: 2 }, more: true })).toMatchObject([
      { seq: 0, data: 1, continues: true },
      { seq: 1, data: 2, continues: true },
      { v: 2 },
    ]);
  });

  it('may be added after startup, count as handlers, and collide with nothing', async () => {
    const daemon = await startDaemon();
    const { handlers } = await daemon.perform<{ handlers: number }>('stats');
    expect(await daemon.ask({ uri: '/typed/late', data: {} })).toMatchObject([{ code: 'no_handler_found' }]);
    expect(await daemon.perform('add-endpoints')).toBeNull();
    expect(await daemon.ask({ uri: '/typed/late', data: {}, userAgent: 'me' })).toMatchObject([{ data: { by: 'me' } }]);
    // One of the original's API may stand in the list.
    expect(await daemon.ask({ uri: '/late/x' })).toMatchObject([{ data: { at: '/late/x' } }]);
    expect((await daemon.perform<{ handlers: number }>('stats')).handlers).toBe(handlers + 2);
    expect(await daemon.perform('add-endpoints')).toMatch(
      /^EndpointError: endpoint \/typed\/late is served already, by '\/typed\/late'; take one of them out/,
    );
  });

  it('have their responses checked, until the config says validate_responses false', async () => {
    const daemon = await startDaemon();
    const wrong = { uri: '/typed/wrong', data: {} };
    expect(await daemon.ask(wrong)).toMatchObject([{ code: 'internal' }]);
    expect(daemon.errorCodes()).toEqual(['handler_error']);
    daemon.configure({ validate_responses: false });
    await expect.poll(() => daemon.ask(wrong)).toMatchObject([{ data: { hello: 42 } }]);
  });
});
