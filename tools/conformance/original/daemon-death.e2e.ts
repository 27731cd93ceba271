import { rssBytesOf } from '@pixl-ipc/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { HOSTILE_HANDLERS } from '../fixtures/handlers/hostile-handlers';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['hostile', 'work'], component: { request_timeout: 1_500 } });
});

afterAll(() => daemon[Symbol.asyncDispose]());

/** Every test here would have ended the original; this one process goes through all of them. */
afterEach(() => daemon.assertServes());

describe('what ended the original daemon is answered, and the daemon serves on', () => {
  test('JSON nested 5,000 deep to echo, which overflowed the stack when it was written back', async () => {
    await using client = await daemon.connect();
    const deep = `${'['.repeat(5_000)}${']'.repeat(5_000)}`;
    await client.write(`{"ipcReqID":"deep","uri":"/ipcserver/test/echo","data":${deep}}\n`);
    expect(await client.nextMessage()).toMatchObject({ ipcReqID: 'deep', code: 'invalid_request' });
  });

  test.each(['{}', '[]', '["/ipcserver/test/echo"]', '{"toString":1}', '{"uri":{}}', '5', 'true'])(
    'a uri that is no string but %s',
    async (uri) => {
      await using client = await daemon.connect();
      await client.write(`{"ipcReqID":1,"uri":${uri},"data":1}\n`);
      expect(await client.nextMessage()).toMatchObject({ ipcReqID: 1, code: 'invalid_request' });
    },
  );

  test.each([undefined, 'null', '0', '"text"', 'true', '[]'])('a delay whose data is %s', async (data) => {
    await using client = await daemon.connect();
    await client.write(`{"ipcReqID":1,"uri":"/ipcserver/test/delay"${data === undefined ? '' : `,"data":${data}`}}\n`);
    expect(await client.nextMessage()).toEqual({ ipcReqID: 1, data: { delay: 0 } });
  });

  test.each(['"5"', '-1', '1e300', '{}', '[1]', 'true'])('a delay of %s', async (delay) => {
    await using client = await daemon.connect();
    await client.write(`{"ipcReqID":1,"uri":"/ipcserver/test/delay","data":{"delay":${delay}}}\n`);
    expect(await client.nextMessage()).toMatchObject({ ipcReqID: 1, code: 'invalid_argument' });
  });

  test('a client that does not read, whose replies filled the heap', { timeout: 60_000 }, async () => {
    await using small = await startDaemon({ handlers: ['work'], nodeArgs: ['--max-old-space-size=64'] });
    const base = rssBytesOf(small.process.pid);
    await using client = await small.connect();
    client.pause();
    // 120 MB of replies, twice the heap.
    const requests = 600;
    for (let id = 0; id < requests; id++) void client.send({ ipcReqID: id, uri: '/work/text', data: 200_000 });
    // Others are served while it sleeps, and it loses nothing when it wakes.
    for (let round = 0; round < 20; round++) await small.assertServes();
    expect(small.process.peakRssBytes() - base).toBeLessThan(64 * 1024 * 1024);
    client.resume();
    await client.waitForLines(requests, { timeoutMs: 30_000 });
  });
});

describe('a handler that ended the original daemon or left its caller waiting fails its call alone', () => {
  test.each(HOSTILE_HANDLERS)('one that $name', async ({ name, answer }) => {
    await using client = await daemon.connect();
    await client.send({ ipcReqID: 'one', uri: `/hostile/${name}` });
    const reply = await client.nextMessage();
    if ('code' in answer) {
      expect(reply).toMatchObject({ ipcReqID: 'one', ...answer, data: { code: answer.code } });
    } else {
      expect(reply).toEqual(answer.data === undefined ? { ipcReqID: 'one' } : { ipcReqID: 'one', ...answer });
    }
    // Exactly one reply.
    client.halfClose();
    await client.ended;
    expect(client.lines).toHaveLength(1);
  });

  test('all of them at once, beside honest requests, each get their one answer', async () => {
    await using client = await daemon.connect();
    const rounds = 5;
    const answers = HOSTILE_HANDLERS.filter(({ name }) => name !== 'replies 17 MB');
    for (let round = 0; round < rounds; round++) {
      for (const { name } of answers) void client.send({ ipcReqID: `${round}|${name}`, uri: `/hostile/${name}` });
      void client.send({ ipcReqID: `${round}|honest`, uri: '/work/wait', data: 5 });
    }
    const lines = await client.waitForLines(rounds * (answers.length + 1), { timeoutMs: 20_000 });
    const replies = lines.map((line) => JSON.parse(line) as { ipcReqID: string; code?: string; data?: unknown });
    expect(new Set(replies.map(({ ipcReqID }) => ipcReqID)).size).toBe(replies.length);
    const honest = replies.filter(({ ipcReqID }) => ipcReqID.endsWith('|honest'));
    expect(honest.map(({ data }) => data)).toEqual(honest.map(({ ipcReqID }) => ipcReqID));
    for (const { name, answer } of answers) {
      const codes = replies.filter(({ ipcReqID }) => ipcReqID.endsWith(`|${name}`)).map(({ code }) => code);
      expect(new Set(codes), name).toEqual(new Set(['code' in answer ? answer.code : undefined]));
    }
  });
});
