import { tempDirectory, type FixtureProcess, type TempDirectory } from '@pixl-ipc/testkit';
import IPCClient from 'pixl-ipc/client';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { answeringServer } from './answering-server';
import { startServer } from './processes';
import { RecordingLog } from './recording-log';
import { seededRandom } from './seeded-random';

const MB = 1_000_000;

let directory: TempDirectory;
let server: FixtureProcess;
let generous: FixtureProcess;

beforeAll(async () => {
  directory = await tempDirectory();
  [server, generous] = await Promise.all([
    startServer(directory),
    startServer(directory, { name: 'g', config: { max_response_bytes: 20 * MB } }),
  ]);
});

afterAll(async () => {
  await Promise.all([server.cleanup(), generous.cleanup()]);
  await directory.cleanup();
});

async function open(name: string): Promise<{ client: IPCClient; log: RecordingLog }> {
  const log = new RecordingLog();
  const client = new IPCClient(directory.file(name), log, { requestTimeout: 60_000, autoReconnect: 0 });
  onTestFinished(() => client.close());
  await client.connect();
  return { client, log };
}

/** Text of about that many bytes that is worth comparing: what JSON escapes, and characters of one to four bytes. */
function textOf(bytes: number): string {
  const random = seededRandom(String(bytes));
  const words = ['plain ', 'é', '😀', '"\\\n', '\u0001', '日本'];
  const piece = Array.from({ length: 10_000 }, () => words[Math.floor(random() * words.length)] ?? '').join('');
  return piece.repeat(Math.ceil(bytes / Buffer.byteLength(JSON.stringify(piece))));
}

test.each([1, 5, 15])(
  'a message of %d MB arrives whole, there and back, and small ones beside it',
  async (megabytes) => {
    const { client, log } = await open('s');
    const text = textOf(megabytes * MB);
    const [large, ...small] = await Promise.all([
      client.send('/ipcserver/test/echo', { text }),
      ...Array.from({ length: 50 }, (_, n) => client.send('/ipcserver/test/echo', n)),
    ]);
    expect((large as { text: string }).text === text).toBe(true);
    expect(small).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(log.errors).toEqual([]);
  },
);

describe('a message of 17 MB', () => {
  test('is refused as a request: nothing of it is sent, and other requests in flight are answered', async () => {
    const { client, log } = await open('s');
    const before = client.send('/ipcserver/test/delay', { delay: 50 });
    await expect(client.send('/ipcserver/test/echo', 'x'.repeat(17 * MB))).rejects.toBe('message_too_large');
    expect(client.requestCount).toBe(1);
    expect(await before).toEqual({ delay: 50 });
    expect(await client.send('/ipcserver/test/echo', 'after')).toBe('after');
    expect(log.errors).toEqual([
      [
        'message_too_large',
        expect.stringMatching(/^IPCClient request failed: .*echo: request is 1700\d{4} bytes, limit 16777216; raise/),
      ],
    ]);

    await using watching = await answeringServer(directory.file('w'), ({ ipcReqID }) => `{"ipcReqID":"${ipcReqID}"}\n`);
    const { client: watched } = await open('w');
    await expect(watched.send('/large', 'x'.repeat(17 * MB))).rejects.toBe('message_too_large');
    await watched.send('/small');
    expect(watching.connections[0]?.lines.map((line) => (JSON.parse(line) as { uri: string }).uri)).toEqual(['/small']);
    expect(watching.connections[0]?.bytesReceived).toBeLessThan(1_000);
  });

  test('settles its call at once as a reply, and the connection and its other requests go on', async () => {
    const { client, log } = await open('g');
    const slow = client.send('/ipcserver/test/delay', { delay: 500 });
    await expect(client.send('/text', { chars: (17 * MB) / 2 })).rejects.toBe('message_too_large');
    expect(client.requestCount).toBe(1);
    expect(await client.send('/text', { chars: (15 * MB) / 2 })).toHaveLength((15 * MB) / 2);
    expect(await slow).toEqual({ delay: 500 });
    expect(client.stream).not.toBeNull();
    expect(log.errors.map(([code]) => code)).toEqual(['message_too_large']);
  });

  test('is not sent by a server with the default limit: its caller gets message_too_large instead', async () => {
    const { client } = await open('s');
    expect(await client.send('/text', { chars: (17 * MB) / 2 })).toMatchObject({ code: 'message_too_large' });
    expect(await client.send('/ipcserver/test/echo', 'after')).toBe('after');
  });
});
