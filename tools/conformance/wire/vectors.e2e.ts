import type { RawClient } from '@pixl-ipc/testkit';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';
import { judgeOf, lineCount } from './deviation';
import { VECTORS, VECTORS_FILE } from './vector';

const ORIGINAL_FILE = resolve(__dirname, '../../../../shared/vectors/v1.ndjson');
let daemon: RunningDaemon;

beforeAll(async () => {
  daemon = await startDaemon({ handlers: ['vectors'] });
});

afterAll(() => daemon[Symbol.asyncDispose]());

const ways: Readonly<Record<string, (client: RawClient, bytes: string) => Promise<boolean>>> = {
  whole: (client, bytes) => client.write(bytes),
  'in pieces of one byte': (client, bytes) => client.writeInPieces(bytes, 1),
};

describe.each(Object.entries(ways))('what the original was sent, %s', (_way, write) => {
  test.each(VECTORS)('$name is answered as the original did, or better as its deviation says', async (vector) => {
    await using client = await daemon.connect();
    await write(client, vector.send);
    await client.waitForLines(lineCount(vector));
    // What comes after the last line that was due comes before the end.
    client.halfClose();
    expect(await client.ended).toBe(true);
    expect(client.text.endsWith('\n')).toBe(true);
    const complaint = judgeOf(vector)(client.lines, vector);
    expect(complaint, `received ${client.text}`).toBeUndefined();
  });
});

test('a daemon with the handlers of the vectors has them and its own two, nothing else', async () => {
  expect((await daemon.stats()).handlers).toBe(6);
});

test.runIf(existsSync(ORIGINAL_FILE))('the vectors are the recorded ones, byte for byte', () => {
  expect(readFileSync(VECTORS_FILE).equals(readFileSync(ORIGINAL_FILE))).toBe(true);
});
