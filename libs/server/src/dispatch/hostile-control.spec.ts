import { CANCEL_URI, CREDIT_URI } from '@pixl-ipc/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ECHO, eventually, openServer } from '../../fixtures/open-server';
import { ownTime } from '../../fixtures/own-time';
import type { Call } from './call';

const RUNS = 150;
const FLOOD = 30_000;
const MAX_ECHO_MS = 250;
/** Of one connection, and for what is told of the lines that were left out. */
const LINES_PER_SECOND = 11;

/** A frame, and how it is answered. */
interface Hostile {
  readonly text: string;
  /** The code of its one reply, `ok` where that has none; undefined: there is no reply. */
  readonly answer: string | undefined;
  /** What it does, where it does anything. */
  readonly effect?: { readonly cancels: string } | { readonly grants: number };
}

const names = fc.constantFrom<unknown>('held', 'items', 'nobody', '__proto__', '', 0, -1, 1e300);
const noNames = fc.constantFrom<unknown>(undefined, null, true, {}, [], ['held'], { id: 'held' });
const amounts = fc.constantFrom<unknown>(0, 1, 3);
// The last two are no JSON numbers, 1e999 is one that no double holds.
const noAmounts = fc.constantFrom('-1', '0.5', '1000001', '9007199254740993', '1e999', '-1e999', '"1"', 'null', '[1]');
const oneway = fc.boolean();

function frame(fields: object): string {
  return JSON.stringify({ v: 2, ipcReqID: 'control', ...fields });
}

const cancels = fc.record({ id: names, oneway }).map(({ id, oneway }): Hostile => {
  const text = frame({ uri: CANCEL_URI, data: { id }, oneway });
  return { text, answer: oneway ? undefined : 'ok', effect: { cancels: String(id) } };
});
const grants = fc.record({ id: names, n: amounts, oneway }).map(({ id, n, oneway }): Hostile => {
  const text = frame({ uri: CREDIT_URI, data: { id, n }, oneway });
  return { text, answer: oneway ? undefined : 'ok', effect: { grants: id === 'items' ? (n as number) : 0 } };
});
const badIds = fc
  .record({ uri: fc.constantFrom(CANCEL_URI, CREDIT_URI), id: noNames, oneway })
  .map(({ uri, id, oneway }): Hostile => ({
    text: frame({ uri, data: { id, n: 1 }, oneway }),
    answer: oneway ? undefined : 'invalid_argument',
  }));
const badAmounts = fc.record({ id: names, n: noAmounts, oneway }).map(({ id, n, oneway }): Hostile => ({
  text: frame({ uri: CREDIT_URI, data: { id, n: '#' }, oneway }).replace('"#"', n),
  answer: oneway ? undefined : 'invalid_argument',
}));
const noJson = fc.constantFrom('NaN', 'Infinity').map((n): Hostile => ({
  text: frame({ uri: CREDIT_URI, data: { id: 'items', n: '#' } }).replace('"#"', n),
  answer: 'parse_error',
}));
const otherVersions = fc
  .record({ v: fc.constantFrom<unknown>(undefined, 1, 3, '2'), uri: fc.constantFrom(CANCEL_URI, CREDIT_URI) })
  .map(({ v, uri }): Hostile => ({
    text: frame({ v, uri, data: { id: 'held', n: 1 } }),
    answer: v === undefined ? 'no_handler_found' : 'invalid_request',
  }));
/** What only a server says. */
const wrongWay = fc
  .constantFrom<object>(
    { ipcReqID: 'held', data: 1 },
    { ipcReqID: 'items', seq: 0, data: 1, continues: true },
    { ipcReqID: 'items' },
    { ipcReqID: 'held', code: 'cancelled', message: 'm' },
    { ipcReqID: null, code: 'unavailable', goaway: true, message: 'm' },
  )
  .map((fields): Hostile => ({ text: frame(fields), answer: 'no_uri' }));

const hostile = fc.oneof(cancels, grants, badIds, badAmounts, noJson, otherVersions, wrongWay);

it(`in ${RUNS} random floods of control frames each is answered as it deserves, acts on nothing but its own, and harms nobody`, async () => {
  const started = new Map<string, Call>();
  const pulled = new Map<unknown, number>();
  async function* items(by: unknown): AsyncGenerator<number> {
    await Promise.resolve();
    for (let n = 1; ; n++) {
      pulled.set(by, n);
      yield n;
    }
  }
  const { server, connect } = await openServer({
    '/held': (call) => void started.set(String(call.request.message.data), call),
    '/items': (call) => {
      started.set(`items of ${String(call.request.message.data)}`, call);
      call.stream(items(call.request.message.data)).catch(() => undefined);
    },
  });
  const begin = (by: string, credit: number): object[] => [
    { v: 2, ipcReqID: 'held', uri: '/held', data: by },
    { v: 2, ipcReqID: 'items', uri: '/items', data: by, more: true, credit },
  ];
  const bystander = await connect();
  await bystander.send(...begin('bystander', 2));
  await bystander.take(2);

  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 60, size: 'max' }), async (frames) => {
      const by = `run ${run++}`;
      const wire = await connect();
      await wire.send(...begin(by, 0));
      await wire.write(frames.map(({ text }) => `${text}\n`).join(''));
      // The newest of an id is meant, and there is one of each: whoever is cancelled ends once.
      const cancelled = ['held', 'items'].filter((id) =>
        frames.some(({ effect }) => effect && 'cancels' in effect && effect.cancels === id),
      );
      const granted = frames.reduce((sum, { effect }) => sum + (effect && 'grants' in effect ? effect.grants : 0), 0);
      const endsEarly = cancelled.includes('items');
      const answers = frames.flatMap(({ answer }) => (answer === undefined ? [] : [answer]));
      await wire.send({ v: 2, ipcReqID: 'last', uri: ECHO });
      const expected = answers.length + cancelled.length + 1 + (endsEarly ? 0 : granted);
      await eventually(() => wire.replies.length).toBeGreaterThanOrEqual(expected);

      const sent = wire.replies.filter(({ continues }) => continues);
      const codes = wire.replies.filter(({ continues }) => !continues).map(({ code = 'ok' }) => code);
      expect(codes.toSorted()).toEqual([...answers, ...cancelled.map(() => 'cancelled'), 'ok'].toSorted());
      expect(sent.length).toBeLessThanOrEqual(granted);
      if (!endsEarly) expect([sent.length, pulled.get(by) ?? 0]).toEqual([granted, granted]);
      expect(started.get(by)?.settled).toBe(cancelled.includes('held'));
      wire.destroy();
      await eventually(() => server.stats.connections).toBe(1);
      expect(started.get(by)?.settled).toBe(true);
    }),
    { numRuns: RUNS },
  );

  expect(['bystander', 'items of bystander'].map((key) => started.get(key)?.settled)).toEqual([false, false]);
  expect(pulled.get('bystander')).toBe(2);
  expect(bystander.replies).toHaveLength(2);
  expect(server.load).toMatchObject({ inFlight: 2, waiting: 0 });
});

it.each<[string, (n: number) => object, number]>([
  ['cancels of nothing', (n) => ({ v: 2, uri: CANCEL_URI, data: { id: `no ${n}` }, oneway: true }), 0],
  ['credit for what is no stream', () => ({ v: 2, uri: CREDIT_URI, data: { id: 'held', n: 1e6 }, oneway: true }), 0],
  ['credit that is none', () => ({ v: 2, uri: CREDIT_URI, data: { id: 'held', n: -1 }, oneway: true }), 0],
  ['items, which a client does not send', (n) => ({ v: 2, ipcReqID: n, seq: n, data: n, continues: true }), FLOOD],
])('a flood of %s takes no memory, few lines of the log, and no time of others', async (_what, message, answers) => {
  const { server, connect, log } = await openServer({ '/held': () => undefined });
  const [flooder, other] = [await connect(), await connect()];
  await flooder.send({ v: 2, ipcReqID: 'held', uri: '/held' });
  const text = Array.from({ length: FLOOD }, (_, n) => `${JSON.stringify(message(n))}\n`).join('');
  const [begun, ownMs] = [performance.now(), ownTime()];
  const flooded = flooder.write(text).then(() => flooder.send({ v: 2, ipcReqID: 'last', uri: ECHO }));
  let slowest = 0;
  let most = 0;
  while (!flooder.replies.some(({ ipcReqID }) => ipcReqID === 'last')) {
    const askedMs = ownMs();
    await other.send({ ipcReqID: 1, uri: ECHO });
    await other.next();
    slowest = Math.max(slowest, ownMs() - askedMs);
    most = Math.max(most, server.load.bufferedBytes);
  }
  await flooded;
  const seconds = Math.ceil((performance.now() - begun) / 1_000);
  expect(flooder.replies).toHaveLength(answers + 1);
  expect(slowest).toBeLessThan(MAX_ECHO_MS);
  expect(most).toBeLessThan(4 * 1_048_576);
  expect(log.errors.length).toBeLessThanOrEqual(LINES_PER_SECOND * seconds);
  expect(server.load).toMatchObject({ inFlight: 1, waiting: 0 });
});
