import { createClient, type IpcClient } from '@pixl-ipc/client';
import { figure, RawClient, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { count, never, pieces, work } from './fixtures/endpoints';
import { loadEndpointServer, startEndpointCaller } from './processes';

const TIMEOUT_MS = 300;
/** Promise 1, on either side. */
const MAX_LATE_MS = 100;
const MAX_CANCEL_MS = 50;
/** The server's default. */
const WRITE_SOFT_BYTES = 1_048_576;
/** What a frame has beside its data, at most. */
const FRAME_BYTES = 200;

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

/** What runs at a time on one connection, and what waits beside it. */
const IN_FLIGHT = 1_024;
const WAITING = 5_000;
/** Of a caller that is killed. */
const CALLS = 50;

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

  test('that its caller gives up reaches the handler within 50 ms behind 5,000 that wait, and what waits is never started once its time is over', async () => {
    const aborts = new Map<string, AbortController>();
    const outcomes: Promise<unknown>[] = [];
    const ask = (id: string, timeoutMs: number): void => {
      const abort = new AbortController();
      aborts.set(id, abort);
      outcomes.push(client.call(never, { id }, { signal: abort.signal, timeoutMs }).catch((error: unknown) => error));
    };
    for (let n = 0; n < IN_FLIGHT; n++) ask(`runs-${n}`, 0);
    for (let n = 0; n < WAITING; n++) ask(`waits-${n}`, 0);
    await until(async () => (await server.ask<{ waiting: number }>('load')).waiting === WAITING, { what: 'the queue' });
    const overdue = client.call(never, { id: 'overdue' }, { timeoutMs: TIMEOUT_MS }).catch((error: unknown) => error);

    const taken: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const id = `runs-${round * 7}`;
      const begun = Date.now();
      aborts.get(id)?.abort();
      const { code, at } = await told<Aborted>('aborted', id);
      expect(code).toBe('cancelled');
      taken.push(at - begun);
    }
    const ms = figure(`cancel: behind ${WAITING} that wait`, median(taken), { max: MAX_CANCEL_MS, unit: 'ms' });
    expect(ms).toBeLessThanOrEqual(MAX_CANCEL_MS);

    expect(await overdue).toMatchObject({ code: 'deadline_exceeded' });
    for (const abort of aborts.values()) abort.abort();
    await Promise.all(outcomes);
    await until(async () => (await server.ask<number>('running')) === 0, { what: 'every handler to know' });
    expect(await server.ask('load')).toMatchObject({ inFlight: 0, waiting: 0 });
    expect(readFileSync(directory.file('ledger'), 'utf8').split('\n')).not.toContain('overdue');
  });
});

test('the death of a caller aborts its handlers, whatever it had asked for, and nobody else’s', async () => {
  const other = new AbortController();
  const kept = client.call(never, { id: 'kept' }, { signal: other.signal, timeoutMs: 0 }).catch(() => undefined);
  const taken: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const prefix = `killed-${round}`;
    await using caller = await startEndpointCaller(directory, { prefix, calls: CALLS });
    await until(async () => (await server.ask<number>('running')) === CALLS + 2, { what: 'its calls to run' });
    const begun = Date.now();
    await caller.stop('SIGKILL');
    const ids = [...Array.from({ length: CALLS }, (_, n) => `${prefix}-${n}`), `${prefix}-stream`];
    const aborted = await Promise.all(ids.map((id) => told<Aborted>('aborted', id)));
    expect([...new Set(aborted.map(({ code }) => code))]).toEqual(['unavailable']);
    taken.push(Math.max(...aborted.map(({ at }) => at)) - begun);
    await told('cleanedUp', `${prefix}-stream`);
  }
  const ms = figure(`caller killed: until its ${CALLS + 1} handlers know`, median(taken), { max: 1_000, unit: 'ms' });
  expect(ms).toBeLessThanOrEqual(1_000);
  expect(await server.ask('aborted', 'kept')).toBeNull();
  expect(await server.ask('load')).toMatchObject({ inFlight: 1, waiting: 0 });
  other.abort();
  await kept;
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

  test.each([
    ['less than write_soft_bytes', 5, 100_000],
    ['more than that', 100, 100_000],
  ])(
    'is held up by a reader that does not read, and no more is held for it than its credit, %s',
    async (what, credit, bytes) => {
      const id = `unread ${credit}`;
      await using reader = await RawClient.connect(directory.file('s'));
      reader.socket.pause();
      await reader.send({ v: 2, ipcReqID: id, uri: pieces.uri, data: { id, bytes }, more: true, credit });
      let most = 0;
      let before: number;
      let asked = 0;
      do {
        before = asked;
        for (let look = 0; look < 20; look++) {
          most = Math.max(most, (await server.ask<{ bufferedBytes: number }>('load')).bufferedBytes);
        }
        asked = await server.ask<number>('asked', id);
      } while (asked > before || asked === 0);
      // The server stops before the next piece, so one may be over the limit.
      const limit = Math.min(credit * bytes, WRITE_SOFT_BYTES + bytes) + FRAME_BYTES * credit;
      figure(`stream: bytes held for a reader with credit for ${what}`, most, { max: limit });
      expect(most).toBeLessThanOrEqual(limit);
      expect(asked).toBeLessThanOrEqual(credit);
      reader.socket.resume();
      await until(() => reader.lines.length === credit, { what: 'the pieces that were granted' });
      expect(await server.ask<number>('asked', id)).toBe(credit);
    },
  );

  test('keeps memory of the same size at both ends, however many items wait at the other', async () => {
    const bytes = 100_000;
    const stream = client.stream(pieces, { id: 'slow pieces', bytes }, { credit: 4 });
    let most = 0;
    for (let read = 1; read <= 50; read++) {
      expect((await stream.next()).value).toHaveLength(bytes);
      most = Math.max(most, (await server.ask<{ bufferedBytes: number }>('load')).bufferedBytes);
      expect(stream.buffered).toBeLessThanOrEqual(4);
      expect(await server.ask<number>('asked', 'slow pieces')).toBeLessThanOrEqual(read + 4);
    }
    await stream.return();
    const limit = 4 * (bytes + FRAME_BYTES);
    expect(figure('stream: bytes held while a slow reader reads', most, { max: limit })).toBeLessThanOrEqual(limit);
  });

  test('is told as what it is where it is called as none, and the other way round', async () => {
    await expect(client.call('/v2/count', { id: 'x' })).rejects.toMatchObject({ code: 'expected_more' });
    expect(await client.stream('/v2/work', { id: 'one' }).next()).toEqual({ done: false, value: { id: 'one' } });
  });
});
