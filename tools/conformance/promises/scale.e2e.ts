import { figure, type RawClient } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectMany } from '../fixtures/connect-many';
import { startDaemon, type RunningDaemon, type WireReply } from '../fixtures/running-daemon';

const MB = 1_000_000;

const replyTo = async (client: RawClient, timeoutMs = 20_000): Promise<WireReply> =>
  JSON.parse(await client.nextLine({ timeoutMs })) as WireReply;

let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['work'], component: { max_in_flight_per_connection: 10_000 } });
});

afterAll(() => daemon[Symbol.asyncDispose]());

describe('a daemon serves', () => {
  test('1,000 connections at once', async () => {
    const clients = await connectMany(daemon, 1_000);
    await Promise.all(
      clients.map((client, id) => client.send({ ipcReqID: id, uri: '/ipcserver/test/echo', data: id })),
    );
    const replies = await Promise.all(clients.map((client) => replyTo(client)));
    expect(replies).toEqual(clients.map((_, id) => ({ ipcReqID: id, data: id })));
    const served = figure('connections served at once', clients.length, { min: 1_000 });
    expect((await daemon.stats()).connections).toBe(served);
    for (const client of clients) client.destroy();
  });

  test.each([1, 100])('10,000 requests in flight on %i connections', async (connections) => {
    const clients = await connectMany(daemon, connections);
    const each = 10_000 / connections;
    for (const [index, client] of clients.entries()) {
      const requests = Array.from(
        { length: each },
        (_, id) => `{"ipcReqID":"${index}.${id}","uri":"/work/hold","data":5}\n`,
      );
      await client.write(requests.join(''));
    }
    await expect.poll(() => daemon.process.ask('held'), { timeout: 20_000 }).toBe(10_000);
    expect(await daemon.process.ask('release')).toBe(10_000);
    for (const [index, client] of clients.entries()) {
      const lines = await client.waitForLines(each, { timeoutMs: 20_000 });
      const ids = lines.map((line) => (JSON.parse(line) as WireReply).ipcReqID);
      expect(new Set(ids)).toEqual(new Set(Array.from({ length: each }, (_, id) => `${index}.${id}`)));
      client.destroy();
    }
  });

  test('requests over the in-flight caps, each once and after those before it', async () => {
    await using narrow = await startDaemon({
      handlers: ['work'],
      component: { max_in_flight_per_connection: 10, max_in_flight_total: 50 },
    });
    const clients = await connectMany(narrow, 10);
    for (const [index, client] of clients.entries()) {
      await client.write(
        Array.from({ length: 200 }, (_, id) => `{"ipcReqID":${index * 200 + id},"uri":"/work/wait","data":1}\n`).join(
          '',
        ),
      );
    }
    for (const client of clients) await client.waitForLines(200, { timeoutMs: 20_000 });
    const executions = await narrow.process.ask<[number, number][]>('executions');
    expect(executions).toHaveLength(2_000);
    expect(executions.every(([, times]) => times === 1)).toBe(true);
    for (const index of clients.keys()) {
      const order = executions.map(([id]) => id).filter((id) => Math.floor(id / 200) === index);
      expect(order).toEqual(order.toSorted((a, b) => a - b));
    }
    for (const client of clients) client.destroy();
  });

  test.each([1, 5, 15])('messages of %i MB both ways', async (size) => {
    await using client = await daemon.connect();
    // Two-byte characters, so that pieces end within one.
    const data = 'é'.repeat((size * MB) / 2);
    await client.send({ ipcReqID: 1, uri: '/ipcserver/test/echo', data });
    const reply = await replyTo(client);
    expect(reply.data === data).toBe(true);
  });

  test('what was asked before and after a message of 17 MB, which is refused under its own id', async () => {
    await using client = await daemon.connect();
    await client.send({ ipcReqID: 'held', uri: '/work/hold', data: 4 });
    await client.send({ ipcReqID: 'quick', uri: '/ipcserver/test/echo', data: 1 });
    void client.send({ ipcReqID: 'large', uri: '/ipcserver/test/echo', data: 'x'.repeat(17 * MB) });
    expect(await replyTo(client)).toEqual({ ipcReqID: 'quick', data: 1 });
    expect(await replyTo(client)).toMatchObject({ ipcReqID: 'large', code: 'message_too_large' });
    await daemon.process.ask('release');
    expect(await replyTo(client)).toEqual({ ipcReqID: 'held', data: 'xxxx' });
    await client.send({ ipcReqID: 'after', uri: '/ipcserver/test/echo', data: 2 });
    expect(await replyTo(client)).toEqual({ ipcReqID: 'after', data: 2 });
    expect(await daemon.errorCounts()).toMatchObject({ message_too_large: 1 });
    await daemon.assertServes();
  });
});
