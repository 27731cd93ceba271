import type { RawClient } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { digestOf } from '../fixtures/handlers/work-handlers';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

const MIB = 1024 * 1024;
let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['hostile', 'work'], component: { request_timeout: 300 } });
});

afterAll(() => daemon[Symbol.asyncDispose]());

/** Text that shows where a piece of it is missing. */
function numbered(bytes: number): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes; at += 10) pieces.push(String(at).padStart(10, '.'));
  return pieces.join('').slice(0, bytes);
}

describe('a message over 1 MiB, whose front the original lost', () => {
  test.each([MIB - 1, MIB, MIB + 1, 3 * MIB + 7])('arrives whole: %i bytes', async (bytes) => {
    await using client = await daemon.connect();
    const text = numbered(bytes);
    await client.send({ ipcReqID: 1, uri: '/work/digest', data: text });
    expect(await client.nextMessage()).toEqual({ ipcReqID: 1, data: digestOf(text) });
  });

  test.each([MIB - 1, MIB, MIB + 1, 3 * MIB + 7])('comes back whole: %i bytes', async (bytes) => {
    await using client = await daemon.connect();
    const text = numbered(bytes);
    await client.send({ ipcReqID: 1, uri: '/ipcserver/test/echo', data: text });
    const { data } = await client.nextMessage<{ data: string }>();
    expect(data === text).toBe(true);
  });

  test('arrives whole between others, cut anywhere', async () => {
    await using client = await daemon.connect();
    const text = numbered(MIB + 3);
    const request = (ipcReqID: number): string => `${JSON.stringify({ ipcReqID, uri: '/work/digest', data: text })}\n`;
    await client.writeInPieces([1, 2, 3].map(request).join(''), 65_537);
    const replies = (await client.waitForLines(3)).map((line) => JSON.parse(line) as unknown);
    expect(replies).toEqual([1, 2, 3].map((ipcReqID) => ({ ipcReqID, data: digestOf(text) })));
  });
});

describe('a line that is no request, which the original dropped without a word', () => {
  test.each([
    ['not JSON', 'garbage', 'parse_error'],
    ['half an object', '{"ipcReqID":"x"', 'parse_error'],
    ['an array', '[1,2]', 'invalid_request'],
    ['a string', '"text"', 'invalid_request'],
    ['null', 'null', 'invalid_request'],
    ['a BOM before a request', '\ufeff{"ipcReqID":1,"uri":"/ipcserver/test/echo"}', 'parse_error'],
    ['a BOM alone', '\ufeff', 'parse_error'],
    ['a NUL', '\0', 'parse_error'],
    ['a NUL before a request', '\0{"ipcReqID":1,"uri":"/ipcserver/test/echo"}', 'parse_error'],
    ['a NUL within', '{"ipcReqID":1,"uri":"/ipcserver/\0test/echo"}', 'parse_error'],
    ['no well-formed UTF-8', Buffer.from('{"ipcReqID":1,"uri":"\xff"}', 'latin1'), 'parse_error'],
  ])('is answered, and the connection goes on: %s', async (_, line, code) => {
    await using client = await daemon.connect();
    await client.write(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
    expect(await client.nextMessage()).toMatchObject({ ipcReqID: null, code, data: { code } });
    await client.send({ ipcReqID: 2, uri: '/ipcserver/test/echo', data: 'on' });
    expect(await client.nextMessage()).toEqual({ ipcReqID: 2, data: 'on' });
  });
});

describe('the end of what a client sends', () => {
  async function repliesAfter(write: (client: RawClient) => Promise<unknown>): Promise<unknown[]> {
    await using client = await daemon.connect();
    await write(client);
    client.halfClose();
    expect(await client.ended).toBe(true);
    return client.lines.map((line) => JSON.parse(line) as unknown);
  }
  const delayed = { ipcReqID: 1, uri: '/ipcserver/test/delay', data: { delay: 80 } };

  test('does not lose the reply, as a half-close after the request did', async () => {
    expect(await repliesAfter((client) => client.send(delayed))).toEqual([{ ipcReqID: 1, data: { delay: 80 } }]);
  });

  test('ends the last line, too, which the original ignored without its newline', async () => {
    const replies = await repliesAfter((client) => client.write(JSON.stringify(delayed)));
    expect(replies).toEqual([{ ipcReqID: 1, data: { delay: 80 } }]);
  });

  test('in the middle of a frame is answered, and what was asked before it as well', async () => {
    const replies = await repliesAfter((client) => client.write(`${JSON.stringify(delayed)}\n{"ipcReqID":2,"u`));
    expect(replies).toMatchObject([{ ipcReqID: null, code: 'parse_error' }, { ipcReqID: 1 }]);
  });
});

describe('a handler', () => {
  test('that never answers does not leave its caller hanging: request_timeout does', async () => {
    const start = performance.now();
    expect(await daemon.request('/hostile/never answers')).toMatchObject({ code: 'deadline_exceeded' });
    expect(performance.now() - start).toBeGreaterThanOrEqual(299);
  });

  test('that answers twice sends one reply, not two, and one line to the log', async () => {
    await using client = await daemon.connect();
    await client.send({ ipcReqID: 1, uri: '/hostile/replies twice' });
    await client.send({ ipcReqID: 2, uri: '/ipcserver/test/echo', data: 'after' });
    expect(await client.waitForLines(2)).toEqual(['{"ipcReqID":1,"data":"first"}', '{"ipcReqID":2,"data":"after"}']);
    expect(await daemon.log('replied_twice')).toHaveLength(1);
  });

  test.each([0, -1, 1.5, '', ' ', '__proto__', 'constructor', 'é\u2028'])(
    'finds its caller by the id %j, which stays as it is',
    async (ipcReqID) => {
      await using client = await daemon.connect();
      await client.send({ ipcReqID, uri: '/ipcserver/test/echo', data: 1 });
      expect(await client.nextMessage()).toEqual({ ipcReqID, data: 1 });
    },
  );
});
