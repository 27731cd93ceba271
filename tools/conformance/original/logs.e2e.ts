import { isErrorCode } from '@pixl-ipc/protocol';
import { until } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

const SECRET = 'correct horse battery staple';
let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['hostile', 'work'] });
});

afterAll(() => daemon[Symbol.asyncDispose]());

describe('the log, at its most talkative', () => {
  test('never holds a payload, which the original wrote whole for an unknown URI', async () => {
    await using client = await daemon.connect();
    const data = { password: SECRET, nested: [SECRET] };
    const [unknown, failing] = ['/unknown', '/hostile/throws an error'];
    for (const uri of [unknown, failing, '/hostile/replies twice', '/ipcserver/test/delay', undefined, [SECRET]]) {
      await client.send({ ipcReqID: 1, uri, data, pid: SECRET, userAgent: SECRET, more: SECRET });
    }
    for (const line of [SECRET, `{"data":"${SECRET}"`, `["${SECRET}"]`, `{"ipcReqID":["${SECRET}"]}`]) {
      await client.write(`${line}\n`);
    }
    await client.waitForLines(10);
    const text = await daemon.logText();
    expect(text).toContain('No handler found for /unknown');
    expect(text).not.toContain(SECRET);
    // Nor does a caller get back in an error what it sent.
    expect(client.text).not.toContain(SECRET);
  });

  test.each([
    ['a newline', '/a\n[IPCServer] forged', String.raw`/a\x0a[IPCServer] forged`],
    ['an escape sequence', '/a\u001b[2J', String.raw`/a\x1b[2J`],
    ['a NUL', '/a\0b', String.raw`/a\x00b`],
    ['a bidirectional override', '/a\u202eb', String.raw`/a\u202eb`],
    ['a line separator', '/a\u2028b', String.raw`/a\u2028b`],
  ])('has control characters of a URI escaped: %s', async (_, uri, shown) => {
    await daemon.request(uri);
    const text = await daemon.logText();
    expect(text).toContain(`No handler found for ${shown}`);
    // eslint-disable-next-line no-control-regex -- what must not be there
    expect(text).not.toMatch(/[\0-\u0009\u000b-\u001f\u2028\u202e]/);
  });

  test('has a long URI cut', async () => {
    await daemon.request(`/${'long'.repeat(500)}`);
    const longest = Math.max(...(await daemon.logText()).split('\n').map((line) => line.length));
    expect(longest).toBeLessThan(6_000);
    expect(await daemon.logText()).not.toContain('long'.repeat(70));
  });

  test('does not grow with what one client does wrong: ten lines a second, and how many were left out', async () => {
    await using client = await daemon.connect();
    await client.write('garbage\n'.repeat(5_000));
    await client.waitForLines(5_000);
    const before = (await daemon.log('stream_err')).length;
    expect(before).toBeLessThan(200);
    client.halfClose();
    await client.ended;
    // The line comes when the daemon has closed the connection, which its client need not see.
    const accounted = async (): Promise<boolean> => {
      const last = (await daemon.log('stream_err')).at(-1);
      return /[1-9]\d* more faults|omittedBefore/.test(`${last?.message} ${last?.data}`);
    };
    await until(accounted, { what: 'the log says how many lines were left out' });
  });
});

test('counters are keyed by codes of the server, never by a text of the caller', async () => {
  await using client = await daemon.connect();
  for (let id = 0; id < 200; id++) {
    await client.send({ ipcReqID: `id ${id}`, uri: `/unknown/${id}`, userAgent: `agent ${id}`, pid: id });
    await client.write(`{"ipcReqID":{"${id}":1},"uri":"constructor"}\n{"__proto__":${id}}\n`);
  }
  await client.waitForLines(600);
  const counts = await daemon.errorCounts();
  expect(Object.keys(counts).filter((key) => !isErrorCode(key))).toEqual([]);
  expect(counts).toMatchObject({
    no_handler_found: expect.any(Number) as number,
    no_uri: expect.any(Number) as number,
  });
});

describe('__proto__ from the wire', () => {
  test('in data is a property like any other, and nothing inherits it', async () => {
    await using client = await daemon.connect();
    await client.write(`{"ipcReqID":1,"uri":"/work/prototype","data":{"__proto__":{"polluted":1}}}\n`);
    expect(await client.nextMessage()).toEqual({
      ipcReqID: 1,
      data: { own: true, inherited: false, everywhere: false, prototype: true },
    });
  });

  test('gives a message no uri, id or version that it does not have', async () => {
    await using client = await daemon.connect();
    await client.write(`{"__proto__":{"ipcReqID":1,"uri":"/ipcserver/test/echo","v":2,"data":1}}\n`);
    expect(await client.nextMessage()).toMatchObject({ ipcReqID: null, code: 'no_uri' });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'as the uri %s finds no handler',
    async (uri) => {
      expect(await daemon.request(uri)).toMatchObject({ code: 'no_handler_found' });
    },
  );
});
