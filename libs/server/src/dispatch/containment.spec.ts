import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startChild, type Child } from '../listener/child-process.fixture';
import type { Rejection } from './containment.fixture';

let child: Child;

beforeEach(async () => {
  child = await startChild(join(__dirname, 'containment.fixture.ts'));
});

afterEach(async () => {
  await child.stop('SIGKILL');
});

const toldOf = (rejection: Rejection): Promise<string[]> => child.ask(rejection);

it('a rejection that belongs to a call is told to the call alone', async () => {
  expect(await toldOf('contained')).toEqual(['call: Error: no']);
});

it('any other is told to all who listen, those who began after the containment did among them', async () => {
  expect(await toldOf('own')).toEqual(['before: Error: no', 'after: Error: no', 'once: Error: no']);
});
