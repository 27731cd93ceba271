import { figure, tempDirectory } from '@pixl-ipc/testkit';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { sequences, type Sequence } from '../model/step';
import { World, type PathOf } from '../model/world';

/** Sequences in all, and how many of them over sockets. */
const SEQUENCES = 10_000;
const OVER_SOCKETS = 200;
/** Another one with each run; `SEED=… npx vitest …` repeats one. */
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);

const tally = new Map<string, number>();
const total = { sequences: 0, handlers: 0, cpuMs: 0 };

const { stackTraceLimit } = Error;

beforeAll(() => {
  // Thousands of errors are made on purpose, and each would look for its place in the sources.
  Error.stackTraceLimit = 0;
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] });
});

afterAll(() => {
  vi.useRealTimers();
  Error.stackTraceLimit = stackTraceLimit;
});

async function play(sequence: Sequence, pathOf?: PathOf): Promise<void> {
  // Those of a sequence that has failed are not this one's.
  vi.clearAllTimers();
  const world = await World.open(sequence, pathOf);
  for (const step of sequence.steps) await world.take(step);
  await world.end(sequence.drainMs);
  for (const outcome of world.outcomes) tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
  total.sequences++;
  total.handlers += world.runs;
}

async function playAll(numRuns: number, pathOf?: () => PathOf): Promise<void> {
  const begun = process.cpuUsage();
  const property = fc.asyncProperty(sequences, (sequence) => play(sequence, pathOf?.()));
  await fc.assert(property, { numRuns, seed: SEED });
  const { user, system } = process.cpuUsage(begun);
  total.cpuMs += (user + system) / 1_000;
}

test('whatever is called, cancelled, killed, drained and granted, every call settles once, runs at most once, and leaves nothing open', async () => {
  await playAll(SEQUENCES - OVER_SOCKETS);
});

test('and so it is over sockets', async () => {
  await using directory = await tempDirectory();
  let worlds = 0;
  await playAll(OVER_SOCKETS, () => {
    const world = worlds++;
    return (server) => directory.file(`${world}.${server}`);
  });
});

test('the figures of both', () => {
  const told = [...tally].sort(([, one], [, other]) => other - one);
  for (const [outcome, count] of told) console.log(`promise 1: calls that were told ${outcome}: ${count}`);
  figure(`promise 1: random sequences, of seed ${SEED}`, total.sequences, { min: SEQUENCES });
  figure('promise 1: handlers started in them', total.handlers, { min: SEQUENCES });
  // A matter of the machine, and no promise: the tests' own timeout bounds it.
  console.log(`promise 1: CPU time of a sequence: ${(total.cpuMs / total.sequences).toFixed(2)} ms`);
  expect(total.sequences).toBe(SEQUENCES);
  expect(total.handlers).toBeGreaterThan(SEQUENCES);
  // Each of the ways in which a call ends has been gone.
  const codes = new Set([...tally.keys()].map((outcome) => outcome.split(',')[0]));
  expect([...codes]).toEqual(
    expect.arrayContaining(['ok', 'cancelled', 'deadline_exceeded', 'unavailable', 'internal']),
  );
});
