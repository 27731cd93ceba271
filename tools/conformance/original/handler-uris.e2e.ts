import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';

let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['patterns'] });
});

afterAll(() => daemon[Symbol.asyncDispose]());

describe('a RegExp handler', () => {
  test.each([
    ['global', '/global/1'],
    ['sticky', '/sticky'],
  ])('that is %s matches every request, not every second one', async (data, uri) => {
    await using client = await daemon.connect();
    for (let ipcReqID = 0; ipcReqID < 10; ipcReqID++) void client.send({ ipcReqID, uri });
    const replies = (await client.waitForLines(10)).map((line) => JSON.parse(line) as unknown);
    expect(replies).toEqual(Array.from({ length: 10 }, (_, ipcReqID) => ({ ipcReqID, data })));
  });
});

describe('a string handler, which the original took for an unescaped RegExp', () => {
  test('matches its own text', async () => {
    expect(await daemon.request('/a.c')).toMatchObject({ data: 'a.c' });
    expect(await daemon.request('/items/(\\d+)')).toMatchObject({ data: 'items' });
  });

  test.each(['/abc', '/items/5', '/a.c/', 'x/a.c'])('does not match %s', async (uri) => {
    expect(await daemon.request(uri)).toMatchObject({ code: 'no_handler_found' });
  });

  test('that holds metacharacters is warned of at startup, with the RegExp to write', async () => {
    const warnings = (await daemon.log()).map(({ message }) => message).filter((text) => text.startsWith('WARNING'));
    expect(warnings).toEqual([
      expect.stringContaining(
        String.raw`/a.c literally; if it is meant as a regular expression, write addURIHandler(/^\/a.c$/, …)`,
      ),
      expect.stringContaining(String.raw`write addURIHandler(/^\/items\/(\d+)$/, …)`),
    ]);
  });
});
