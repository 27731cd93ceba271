import { createClient, isIpcError, type IpcClientOptions } from '@pixl-ipc/client';
import { createServer, handle, type CreateServerOptions } from '@pixl-ipc/server';
import { tempDirectory } from '@pixl-ipc/testkit';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { work } from './fixtures/endpoints';

const TIMEOUT_MS = 5_000;
const LARGE = 300_000;

interface Case {
  /** What the server allows. */
  readonly options: Partial<CreateServerOptions>;
  /** Whether another client has a connection already. */
  readonly another?: boolean;
  /** What goes before the client's own requests. */
  readonly before?: string;
  /** Characters that the call carries. */
  readonly chars?: number;
  /** What the call ends with. */
  readonly outcome: unknown;
}

const OWN_UID = process.geteuid?.() ?? 0;
const REFUSED = { code: 'unavailable', origin: 'local', sent: false };

const CASES: Readonly<Record<string, Case>> = {
  'keeps the user out': {
    options: { allowUids: [OWN_UID + 1] },
    outcome: { code: 'permission_denied', origin: 'remote', sent: false },
  },
  'keeps the user out, who has much to say': {
    options: { allowUids: [OWN_UID + 1] },
    chars: LARGE,
    outcome: { code: 'permission_denied', origin: 'remote', sent: false },
  },
  'is full': {
    options: { maxConnections: 1 },
    another: true,
    outcome: { ...REFUSED, message: expect.stringContaining('server has 1 connections, limit 1') as unknown },
  },
  'is full for the user': {
    options: { maxConnectionsPerUid: 1 },
    another: true,
    outcome: { ...REFUSED, message: expect.stringContaining(`uid ${OWN_UID} has 1 connections, limit 1`) as unknown },
  },
  'has read a bad frame': { options: {}, before: '{\n', outcome: { id: 'x' } },
  'has read too large a frame': {
    options: { maxFrameBytes: 1_000 },
    before: `${'x'.repeat(1_001)}\n`,
    outcome: { id: 'x' },
  },
};

/** How a call ends, over the one transport or the other. */
async function outcomeOf(over: 'a socket' | 'memory', { options, another, before, chars = 1 }: Case): Promise<unknown> {
  await using directory = await tempDirectory();
  const socketPath = directory.file('s');
  await using server = createServer({
    ...options,
    ...(over === 'a socket' && { socketPath }),
    endpoints: [handle(work, ({ id }) => ({ id }))],
  });
  if (over === 'a socket') await server.listen();
  const memory = server.inMemory();
  const plain: IpcClientOptions = over === 'a socket' ? { socketPath } : { transport: memory };
  await using first = createClient(plain);
  if (another) await first.call('/ipcserver/ping');
  const speaking = (): Duplex => {
    const stream = over === 'a socket' ? connect(socketPath) : memory.connect();
    stream.write(before ?? '');
    return stream;
  };
  const way = before === undefined ? plain : { transport: { describe: memory.describe, connect: speaking } };
  await using client = createClient(way);
  try {
    const id = 'x'.repeat(chars);
    return await client.call(work, { id }, { timeoutMs: TIMEOUT_MS, retry: false });
  } catch (error) {
    if (!isIpcError(error)) throw error;
    const { code, origin, sent, message } = error;
    return {
      code,
      origin,
      sent,
      message: message.replace(socketPath, memory.describe),
    };
  }
}

test.each(Object.entries(CASES))(
  'a server that %s says so to a client in its process as to one at its socket',
  async (_what, given) => {
    const [socket, memory] = [await outcomeOf('a socket', given), await outcomeOf('memory', given)];
    expect(socket).toMatchObject(given.outcome as object);
    expect(memory).toEqual(socket);
  },
  2 * TIMEOUT_MS,
);
