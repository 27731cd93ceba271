import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../fixtures/open-server';
import type { EarlyStop } from './early-stop.fixture';
import { startChild } from './listener/child-process.fixture';
import { resolveSocketPath } from './listener/socket-path';
import { acquireStartLock } from './listener/start-lock';

const FIXTURE = join(__dirname, 'early-stop.fixture.ts');

describe.each(['drain', 'abort'] as const)('a process whose SIGTERM is a %s', { timeout: 60_000 }, (stop) => {
  it.each([
    ['while another server starts at its path', true],
    ['just after its start', false],
  ])('ends by itself where that comes %s, its socket gone', async (_when, isHeldUp) => {
    const directory = temporaryDirectory();
    const socketPath = join(directory, 's');
    const child = await startChild(FIXTURE);
    onTestFinished(() => void child.process.kill('SIGKILL'));
    const exit = once(child.process, 'exit');
    const lock = isHeldUp ? await acquireStartLock(resolveSocketPath(socketPath)) : undefined;
    expect(await child.ask({ socketPath, stop } satisfies EarlyStop)).toBe('starting');
    const stopping = once(child.process, 'message');
    child.process.kill('SIGTERM');
    expect((await stopping)[0]).toBe('stopping');
    lock?.release();
    expect(await exit).toEqual([0, null]);
    expect(readdirSync(directory)).toEqual([]);
  });
});
