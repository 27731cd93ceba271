import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startChild, type Child } from './child-process.fixture';
import { shelteredFromSignals } from './signal-shelter';
import { temporaryDirectory } from './temporary-directory.fixture';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

async function startSheltered(): Promise<Child> {
  const child = await startChild(join(__dirname, 'signal-shelter.fixture.ts'));
  onTestFinished(async () => {
    await child.stop('SIGKILL');
  });
  return child;
}

describe('shelteredFromSignals', () => {
  it('ends the process by the signal, after the section', { timeout: 60_000 }, async () => {
    const child = await startSheltered();
    const directory = join(temporaryDirectory(), 'd');
    child.process.send({ directory, signal: 'SIGTERM', listens: false });
    expect(await once(child.process, 'exit')).toEqual([null, 'SIGTERM']);
    expect(existsSync(directory)).toBe(false);
  });

  it('leaves a signal to the application that listens to it', { timeout: 60_000 }, async () => {
    const child = await startSheltered();
    const directory = join(temporaryDirectory(), 'd');
    expect(await child.ask({ directory, signal: 'SIGTERM', listens: true })).toEqual({ heard: 'SIGTERM', left: false });
  });

  it('listens once for many sections in a row, leaves listening applications alone, and stops after a second', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    // Listeners of sections that other tests of this process have just been through.
    for (const signal of SIGNALS) process.removeAllListeners(signal);
    const listen = (): void => undefined;
    process.on('SIGHUP', listen);
    onTestFinished(() => void process.off('SIGHUP', listen));
    const counts = (): number[] => SIGNALS.map((signal) => process.listenerCount(signal));
    expect(shelteredFromSignals(counts)).toEqual([1, 1, 1]);
    vi.advanceTimersByTime(900);
    expect(() => shelteredFromSignals(() => expect.fail('thrown'))).toThrow('thrown');
    vi.advanceTimersByTime(900);
    expect(counts()).toEqual([1, 1, 1]);
    vi.advanceTimersByTime(100);
    expect(counts()).toEqual([0, 0, 1]);
    expect(process.listeners('SIGHUP')).toEqual([listen]);
  });
});
