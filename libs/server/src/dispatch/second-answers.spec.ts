import { describe, expect, it } from 'vitest';
import { ECHO, openServer } from '../../fixtures/open-server';
import type { Handle } from '../router/router';

describe('a handler that', () => {
  it.each<[string, Handle, string]>([
    [
      'twice',
      (call) => {
        call.reply(1);
        call.reply(2);
      },
      'replied_twice',
    ],
    [
      'a hundred times',
      (call) => {
        for (let count = 1; count <= 100; count++) call.reply(count);
      },
      'replied_twice',
    ],
    [
      'and then throws',
      (call) => {
        call.reply(1);
        throw new Error('afterwards');
      },
      'handler_error',
    ],
    [
      'and later fails',
      (call) => {
        call.reply(1);
        setImmediate(() => call.fail(new Error('afterwards')));
      },
      'handler_error',
    ],
    [
      'and later replies again',
      (call) => {
        call.reply(1);
        setImmediate(() => call.reply(2));
      },
      'replied_twice',
    ],
  ])('replies %s gives its caller the first reply and the log one line', async (_what, handle, logged) => {
    const { connect, log } = await openServer({ '/more': handle });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/more' });
    expect(await wire.next()).toEqual({ ipcReqID: 1, data: 1 });
    await wire.send({ ipcReqID: 'last', uri: '/ipcserver/test/delay', data: { delay: 10 } });
    await wire.next();
    expect(wire.replies).toHaveLength(2);
    expect(log.codes()).toEqual([logged]);
    if (logged === 'handler_error') expect(log.errors[0]?.message).toContain('afterwards');
  });

  it('fails and then replies gives its caller the failure', async () => {
    const { connect, log } = await openServer({
      '/more': (call) => {
        call.fail(new Error('first'));
        call.reply('second');
      },
    });
    const wire = await connect();
    await wire.send({ ipcReqID: 1, uri: '/more' });
    expect(await wire.next()).toMatchObject({ ipcReqID: 1, code: 'internal' });
    expect(log.codes()).toEqual(['handler_error', 'replied_twice']);
  });

  it('replies something that replies while it is serialised gives its caller that one', async () => {
    const { server, connect, log } = await openServer({
      '/inner': (call) =>
        call.reply({
          toJSON() {
            call.reply('inner');
            return 'outer';
          },
        }),
      '/fails': (call) =>
        call.reply({
          toJSON() {
            call.fail(new Error('inner'));
            return 'outer';
          },
        }),
      '/closes': (call) =>
        call.reply({
          toJSON() {
            server.closeConnections();
            return 'outer';
          },
        }),
    });
    const wire = await connect();
    await wire.send(
      { ipcReqID: 1, uri: '/inner' },
      { ipcReqID: 2, uri: '/fails' },
      { ipcReqID: 3, uri: ECHO, data: 3 },
    );
    await wire.take(3);
    expect(wire.replies).toMatchObject([{ data: 'inner' }, { code: 'internal' }, { data: 3 }]);
    expect(log.codes()).toEqual(['replied_twice', 'handler_error', 'replied_twice']);
    await wire.send({ ipcReqID: 4, uri: '/closes' });
    await wire.closed();
    expect(wire.replies).toHaveLength(3);
    expect(server.load).toEqual({ inFlight: 0, waiting: 0, bufferedBytes: 0 });
  });
});
