import { createClient, type IpcClient } from '@pixl-ipc/client';
import { figure, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { count, never, work } from './fixtures/endpoints';
import { loadEndpointServer } from './processes';

const TIMEOUT_MS = 300;
/** Promise 1, on either side. */
const MAX_LATE_MS = 100;
const MAX_CANCEL_MS = 50;

let directory: TempDirectory;
let server: FixtureProcess;
let client: IpcClient;

beforeAll(async () => {
  directory = await tempDirectory();
  server = await loadEndpointServer(directory);
  await server.ask('start');
  client = createClient({ socketPath: directory.file('s') });
  await client.connect();
});

afterAll(async () => {
  await client.close();
  await server.cleanup();
  await directory.cleanup();
});

interface Aborted {
  readonly code: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What the server's handler was told of its call's end, once it was. */
async function abortedAtServer(id: string): Promise<Aborted> {
  let aborted: Aborted | null = null;
  await until(async () => (aborted = await server.ask<Aborted | null>('aborted', id)), { what: 'the handler to know' });
  return aborted ?? expect.fail();
}

describe('a call to another process', () => {
  test('that is never answered ends at its deadline on both sides, and its handler knows', async () => {
    const begun = Date.now();
    const failure: unknown = await client
      .call(never, { id: 'late' }, { timeoutMs: TIMEOUT_MS })
      .catch((e: unknown) => e);
    const lateMs = Date.now() - begun - TIMEOUT_MS;
    expect(failure).toMatchObject({ code: 'deadline_exceeded', sent: true });
    const { code, at } = await abortedAtServer('late');
    expect(code).toBe('deadline_exceeded');
    figure('deadline: the caller, past it', lateMs, { max: MAX_LATE_MS, unit: 'ms' });
    figure('deadline: the handler, past it', at - begun - TIMEOUT_MS, { max: MAX_LATE_MS, unit: 'ms' });
    expect(lateMs).toBeLessThanOrEqual(MAX_LATE_MS);
    expect(at - begun - TIMEOUT_MS).toBeLessThanOrEqual(MAX_LATE_MS);
    expect(at - begun).toBeGreaterThanOrEqual(TIMEOUT_MS - 1);
  });

  test('that its caller gives up reaches the handler within 50 ms, and fails at once', async () => {
    const abort = new AbortController();
    const call = client.call(never, { id: 'given-up' }, { signal: abort.signal }).catch((error: unknown) => error);
    await client.call(work, { id: 'before' });
    const begun = Date.now();
    abort.abort();
    expect(await call).toMatchObject({ code: 'cancelled', origin: 'local' });
    const { code, at } = await abortedAtServer('given-up');
    expect(code).toBe('cancelled');
    expect(
      figure('cancel: until the handler knows', at - begun, { max: MAX_CANCEL_MS, unit: 'ms' }),
    ).toBeLessThanOrEqual(MAX_CANCEL_MS);
  });
});

describe('a stream from another process', () => {
  test('brings every item in order, however many', async () => {
    let next = 0;
    for await (const item of client.stream(count, { id: 'all', count: 20_000 })) expect(item).toBe(next++);
    expect(next).toBe(20_000);
  });

  test('stops its handler when its reader leaves the loop, which cleans up; and never runs ahead of its credit', async () => {
    const stream = client.stream(count, { id: 'left' }, { credit: 10 });
    let read = 0;
    for await (const item of stream) {
      read = item + 1;
      expect(stream.buffered).toBeLessThanOrEqual(10);
      if (read === 100) break;
    }
    let yielded: number | null = null;
    await until(async () => (yielded = await server.ask<number | null>('cleanedUp', 'left')), {
      what: 'the handler to clean up',
    });
    expect(await abortedAtServer('left')).toMatchObject({ code: 'cancelled' });
    expect(yielded).toBeLessThanOrEqual(110);
    expect(client.pendingCalls).toBe(0);
  });

  test('waits for a reader that takes its time, without a word from either side', async () => {
    const stream = client.stream(count, { id: 'slow' }, { credit: 4 });
    await stream.next();
    const other = Array.from({ length: 50 }, (_, n) => client.call(work, { id: `beside-${n}` }));
    await Promise.all(other);
    expect(stream.buffered).toBe(3);
    await stream.return();
    let yielded: number | null = null;
    await until(async () => (yielded = await server.ask<number | null>('cleanedUp', 'slow')), {
      what: 'the handler to clean up',
    });
    // The one that waits for credit was asked for already, or not.
    expect(yielded).toBeLessThanOrEqual(5);
  });

  test('is told as what it is where it is called as none, and the other way round', async () => {
    await expect(client.call('/v2/count', { id: 'x' })).rejects.toMatchObject({ code: 'expected_more' });
    expect(await client.stream('/v2/work', { id: 'one' }).next()).toEqual({ done: false, value: { id: 'one' } });
  });
});
