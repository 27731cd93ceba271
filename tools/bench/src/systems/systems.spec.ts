import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { applyLoad } from '../workload/load';
import { payloadNamed } from '../workload/payload';
import { CATALOG, entryNamed, nodeEntryNamed } from './catalog';

/** Two of them load what is built, as users do, which a test of sources cannot; bench.e2e.ts has them. */
const BUILT = ['pixl-ipc-original-api', 'original'];
const FROM_SOURCE = CATALOG.filter((entry) => 'load' in entry && !BUILT.includes(entry.name)).map(({ name }) => name);

describe.each(FROM_SOURCE)('%s', { timeout: 30_000 }, (name) => {
  test('replies what it was sent, of each kind, with many calls in flight on two connections', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'px-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const socketPath = join(folder, 's');
    const system = await nodeEntryNamed(name).load({});
    const server = await system.startServer({ socketPath, extraEndpoints: 3 });
    const connections = [await system.connect(socketPath), await system.connect(socketPath)];
    for (const payload of ['small', '100K', 'text 10K', 'records'].map(payloadNamed)) {
      const { calls } = await applyLoad(connections, { payload, inFlight: 5, forMs: 0 });
      expect(calls).toBe(10);
    }
    for (const connection of connections) await connection.close();
    await server.stop();
  });
});

describe('the catalogue', () => {
  test('has each name once, and for each system a floor that is in it', () => {
    const names = CATALOG.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(CATALOG.filter(({ floor }) => entryNamed(floor).floor !== floor)).toEqual([]);
  });

  test('says why the original is left out where nobody gives it', () => {
    expect(entryNamed('original').missing?.({})).toBe('give its folder by --original');
    expect(entryNamed('original').missing?.({ original: 'there' })).toBeUndefined();
  });

  test('names what there is when asked for what there is not', () => {
    expect(() => entryNamed('carrier-pigeon')).toThrow(/no system is called carrier-pigeon; there are pixl-ipc, /);
    expect(() => nodeEntryNamed('php-floor')).toThrow('php-floor has a client in PHP only');
  });
});
