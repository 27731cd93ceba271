import { figure, tempDirectory, until, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome } from '../client/callers';
import type { Done, Work } from '../client/fixtures/component-server.fixture';
import { ledgerFile, startServer } from '../client/processes';
import { seededRandom } from '../client/seeded-random';
import { Fpm } from './fpm';

const WORKERS = 8;
const CALLS = 20_000;
const CALLS_A_REQUEST = 40;
/** How many browsers ask at a time: more than there are workers, so that none is idle. */
const BROWSERS = 12;
const BAD_ENDS = ['exit', 'fatal', 'abort'] as const;

interface Step {
  readonly kind: 'call' | 'timeout' | 'pool' | (typeof BAD_ENDS)[number];
  readonly works: readonly Work[];
}

const random = seededRandom('2026-11-24 FPM');
let directory: TempDirectory;
let server: FixtureProcess;
let fpm: Fpm;

beforeAll(async () => {
  directory = await tempDirectory();
  [server, fpm] = await Promise.all([startServer(directory), Fpm.start({ workers: WORKERS })]);
});

afterAll(async () => {
  await fpm[Symbol.asyncDispose]();
  await server.cleanup();
  await directory.cleanup();
});

/** The hash of every payload that was sent, by the call's id. */
const sent = new Map<string, string>();

function works(count: number, delayMs: () => number): Work[] {
  return Array.from({ length: count }, () => {
    const work = {
      id: `fpm.${sent.size}`,
      payload: 'é'.repeat(Math.floor(random() * (random() < 0.01 ? 100_000 : 200))),
      delayMs: delayMs(),
    };
    sent.set(work.id, createHash('sha256').update(work.payload).digest('hex'));
    return work;
  });
}

/**
 * What one request does: most end well, some in each of the bad ways. All begin with calls that take as long as those that
 * a bad end leaves open, at its beginning or at its end: where ids began anew with every script, replies would go astray.
 */
function plan(number: number): Step[] {
  const badEnd = BAD_ENDS[number % 10];
  const open = badEnd ? [{ kind: badEnd, works: works(8, () => 5 + Math.floor(random() * 15)) }] : [];
  if (badEnd && number % 4 < 2) return open;
  return [
    { kind: 'pool', works: works(12, () => Math.floor(random() * 15)) },
    { kind: 'call', works: works(20, () => 0) },
    { kind: 'timeout', works: works(3, () => Math.floor(random() * 12)) },
    { kind: 'call', works: works(12, () => 0) },
    ...open,
  ];
}

test('eight workers of PHP-FPM make 20,000 calls amid timeouts, exits, fatal errors and aborts, and no reply is wrong', async () => {
  const outcomes = new Map<string, Outcome>();
  const plans = Array.from({ length: CALLS / CALLS_A_REQUEST }, (_, number) => plan(number));
  const queue = [...plans];
  const ends = new Map<string, number>();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: BROWSERS }, async () => {
      for (let steps = queue.pop(); steps; steps = queue.pop()) {
        const end = steps.at(-1)?.kind ?? 'call';
        ends.set(end, (ends.get(end) ?? 0) + 1);
        const request = fpm.begin('work.php', { path: directory.file('s'), steps });
        if (end === 'abort') {
          await request.answering;
          request.abort();
          continue;
        }
        const { body, stderr } = await request.result();
        if (end === 'fatal') expect(stderr).toContain('Allowed memory size');
        else
          for (const [id, outcome] of Object.entries(JSON.parse(body) as object)) outcomes.set(id, outcome as Outcome);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;

  const executed = new Map<string, number>();
  const readLedger = (): void => {
    executed.clear();
    for (const id of readFileSync(ledgerFile(directory), 'utf8').split('\n').slice(0, -1)) {
      executed.set(id, (executed.get(id) ?? 0) + 1);
    }
  };
  // Workers may still be busy with scripts whose browsers have gone.
  await until(
    async () => {
      readLedger();
      return (await fpm.run('idle.php', {})).body === 'idle' && executed.size > 0;
    },
    { what: 'the workers to be idle' },
  );
  readLedger();

  const wrong: string[] = [];
  for (const [id, times] of executed) if (times > 1 || !sent.has(id)) wrong.push(`${id} was executed ${times} times`);
  for (const [id, outcome] of outcomes) {
    if (!outcome.ok) continue;
    const done = outcome.data as Done;
    if (done.id !== id || done.hash !== sent.get(id)) wrong.push(`${id} got the reply of ${done.id}`);
    if (executed.get(id) !== 1) wrong.push(`${id} succeeded, and was executed ${executed.get(id) ?? 0} times`);
  }
  const failures = [...outcomes.values()].flatMap((outcome) => (outcome.ok ? [] : [outcome]));
  figure('FPM: calls of 8 workers', sent.size, { min: CALLS });
  figure('FPM: wrong replies', wrong.length, { max: 0 });
  figure('FPM: calls that timed out', failures.length, { min: 100 });
  figure(
    'FPM: scripts that exited, died or were aborted with calls open',
    BAD_ENDS.reduce((sum, end) => sum + (ends.get(end) ?? 0), 0),
    { min: 100 },
  );
  figure('FPM: seconds', seconds, { max: 60 });
  expect(wrong).toEqual([]);
  expect(sent.size).toBeGreaterThanOrEqual(CALLS);
  expect(failures.length).toBeGreaterThanOrEqual(100);
  // What fails are those whose time was too short, and no others.
  expect([...new Set(failures.map(({ code }) => code))]).toEqual(['deadline_exceeded']);
  expect(outcomes.size).toBeGreaterThan(CALLS / 2);
  expect(fpm.log()).not.toContain('exited on signal');
});
