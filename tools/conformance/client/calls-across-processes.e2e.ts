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

/** What the server says to a question, once it has something to say. */
async function told<Answer>(question: string, id: string): Promise<Answer> {
  const answers: Answer[] = [];
  const ask = async (): Promise<boolean> => {
    const answer = await server.ask<Answer | null>(question, id);
    if (answer !== null) answers.push(answer);
    return answer !== null;
  };
  await until(ask, { what: `the server to know of ${id}: ${question}` });
  return answers[0] ?? expect.fail();
}

/** How often what takes its time is measured: one figure of a busy machine says little. */
const ROUNDS = 5;

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

describe('a call to another process', () => {
  test('that is never answered ends at its deadline on both sides, and its handler knows', async () => {
    const late: { caller: number; handler: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const id = `late-${round}`;
      const begun = Date.now();
      const failure: unknown = await client.call(never, { id }, { timeoutMs: TIMEOUT_MS }).catch((e: unknown) => e);
      const caller = Date.now() - begun - TIMEOUT_MS;
      expect(failure).toMatchObject({ code: 'deadline_exceeded', sent: true });
      const { code, at } = await told<Aborted>('aborted', id);
      expect(code).toBe('deadline_exceeded');
      late.push({ caller, handler: at - begun - TIMEOUT_MS });
    }
    const [callerMs, handlerMs] = [
      median(late.map(({ caller }) => caller)),
      median(late.map(({ handler }) => handler)),
    ];
    figure('deadline: the caller, past it', callerMs, { max: MAX_LATE_MS, unit: 'ms' });
    figure('deadline: the handler, past it', handlerMs, { max: MAX_LATE_MS, unit: 'ms' });
    expect(callerMs).toBeLessThanOrEqual(MAX_LATE_MS);
    expect(handlerMs).toBeLessThanOrEqual(MAX_LATE_MS);
    // Clocks of two processes, in whole milliseconds.
    expect(Math.min(...late.map(({ handler }) => handler))).toBeGreaterThanOrEqual(-2);
  });

  test('that its caller gives up reaches the handler within 50 ms, and fails at once', async () => {
    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const abort = new AbortController();
      const id = `given-up-${round}`;
      const call = client.call(never, { id }, { signal: abort.signal }).catch((error: unknown) => error);
      await client.call(work, { id: `before ${id}` });
      const begun = Date.now();
      abort.abort();
      expect(await call).toMatchObject({ code: 'cancelled', origin: 'local' });
      const { code, at } = await told<Aborted>('aborted', id);
      expect(code).toBe('cancelled');
      taken.push(at - begun);
    }
    const ms = figure('cancel: until the handler knows', median(taken), { max: MAX_CANCEL_MS, unit: 'ms' });
    expect(ms).toBeLessThanOrEqual(MAX_CANCEL_MS);
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
    for await (const item of stream) {
      expect(stream.buffered).toBeLessThanOrEqual(10);
      if (item === 99) break;
    }
    const yielded = await told<number>('cleanedUp', 'left');
    expect(await told<Aborted>('aborted', 'left')).toMatchObject({ code: 'cancelled' });
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
    const yielded = await told<number>('cleanedUp', 'slow');
    // The one that waits for credit was asked for already, or not.
    expect(yielded).toBeLessThanOrEqual(5);
  });

  test('is told as what it is where it is called as none, and the other way round', async () => {
    await expect(client.call('/v2/count', { id: 'x' })).rejects.toMatchObject({ code: 'expected_more' });
    expect(await client.stream('/v2/work', { id: 'one' }).next()).toEqual({ done: false, value: { id: 'one' } });
  });
});
