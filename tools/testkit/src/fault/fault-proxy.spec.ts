import { describe, expect, test } from 'vitest';
import { tempDirectory } from '../temp-directory';
import { until } from '../until';
import type { LineSocket } from '../wire/line-socket';
import { RawClient } from '../wire/raw-client';
import { scriptedServer } from '../wire/scripted-server';
import { createFaultProxy } from './fault-proxy';

/** A client and a server with the proxy between them. */
async function line() {
  const directory = await tempDirectory();
  const server = await scriptedServer(directory.file('s'));
  const proxy = await createFaultProxy({ path: directory.file('p'), target: directory.file('s') });
  const client = await RawClient.connect(directory.file('p'));
  const peer = await until(() => server.connections[0], { what: 'the connection to the server' });
  const dispose = async (): Promise<void> => {
    await client[Symbol.asyncDispose]();
    await proxy.close();
    await server.close();
    await directory.cleanup();
  };
  return { client, peer, proxy, [Symbol.asyncDispose]: dispose };
}

/** The sizes in which `socket` receives. */
function chunkSizes(socket: LineSocket): number[] {
  const sizes: number[] = [];
  socket.socket.on('data', (bytes: Buffer) => sizes.push(bytes.length));
  return sizes;
}

describe('a fault proxy', () => {
  test('without a fault passes bytes both ways, large ones whole, and ends', async () => {
    await using it = await line();
    const large = 'é'.repeat(1_000_000);
    await it.client.write(`hello\n${large}\n`);
    expect(await it.peer.waitForLines(2)).toEqual(['hello', large]);
    await it.peer.write('welcome\n');
    expect(await it.client.nextLine()).toBe('welcome');
    it.client.halfClose();
    expect(await it.peer.ended).toBe(true);
    await it.client.closed;
    await until(() => it.proxy.connections === 0, { what: 'the proxy to forget the connection' });
  });

  test('passes a half-close on and lets the answer back', async () => {
    await using directory = await tempDirectory();
    await using server = await scriptedServer(directory.file('s'), async (peer) => {
      await peer.write(`${await peer.nextLine()}, answered\n`);
    });
    await using proxy = await createFaultProxy({ path: directory.file('p'), target: directory.file('s') });
    await using client = await RawClient.connect(directory.file('p'));
    await client.write('asked\n');
    client.halfClose();
    expect(await client.nextLine()).toBe('asked, answered');
    expect([server.connections.length, proxy.connections]).toEqual([1, 1]);
  });

  test('fragments', async () => {
    await using it = await line();
    const sizes = chunkSizes(it.peer);
    it.proxy.set({ toServer: { kind: 'fragment', bytes: 1 } });
    await it.client.write('{"a":"é"}\n');
    expect(await it.peer.nextLine()).toBe('{"a":"é"}');
    expect(sizes).toEqual(Array<number>(11).fill(1));
  });

  test('drips', async () => {
    await using it = await line();
    const sizes = chunkSizes(it.peer);
    it.proxy.set({ toServer: { kind: 'drip', bytes: 2, everyMs: 5 } });
    const start = performance.now();
    await it.client.write('123456789\n');
    expect(await it.peer.nextLine()).toBe('123456789');
    expect(performance.now() - start).toBeGreaterThan(15);
    expect(sizes).toEqual([2, 2, 2, 2, 2]);
  });

  test('delays one direction and not the other', async () => {
    await using it = await line();
    it.proxy.set({ toServer: { kind: 'delay', minMs: 40, maxMs: 50 } });
    const start = performance.now();
    await it.client.write('late\n');
    await it.peer.write('prompt\n');
    await it.client.nextLine();
    expect(it.peer.lines).toEqual([]);
    expect(await it.peer.nextLine()).toBe('late');
    expect(performance.now() - start).toBeGreaterThan(35);
  });

  test('stalls, and gives everything when the stall is over', async () => {
    await using it = await line();
    it.proxy.set({ toServer: { kind: 'stall' } });
    await it.client.write('held\n');
    await it.peer.write('other way\n');
    expect(await it.client.nextLine()).toBe('other way');
    await expect(it.peer.nextLine({ timeoutMs: 30 })).rejects.toThrow('0 of 1');
    it.proxy.clear();
    expect(await it.peer.waitForLines(1)).toEqual(['held']);
  });

  test('truncates, counting from when it is told to', async () => {
    await using it = await line();
    await it.client.write('before\n');
    await it.peer.nextLine();
    it.proxy.set({ toServer: { kind: 'truncate', afterBytes: 6 } });
    await it.client.write('whole\nnot whole\n');
    expect(await it.peer.ended).toBe(true);
    expect(it.peer.text).toBe('before\nwhole\n');
  });

  test('truncates within a line', async () => {
    await using it = await line();
    it.proxy.set({ toClient: { kind: 'truncate', afterBytes: 9 } });
    await it.peer.write('whole\n');
    await it.peer.write('not whole\n');
    expect(await it.client.ended).toBe(true);
    expect(it.client.text).toBe('whole\nnot');
  });

  test('flips one bit and passes the rest as it is', async () => {
    await using it = await line();
    it.proxy.set({ toServer: { kind: 'flip', afterBytes: 4, bit: 5 } });
    await it.client.write('ab\n');
    await it.peer.nextLine();
    await it.client.write('abcd\nabcd\n');
    expect(await it.peer.waitForLines(3)).toEqual(['ab', 'aBcd', 'abcd']);
  });

  test('sets its faults for connections to come, too', async () => {
    await using directory = await tempDirectory();
    await using server = await scriptedServer(directory.file('s'));
    await using proxy = await createFaultProxy({ path: directory.file('p'), target: directory.file('s') });
    proxy.set({ toServer: { kind: 'truncate', afterBytes: 2 } });
    await using client = await RawClient.connect(directory.file('p'));
    await client.write('hello\n');
    const peer = await until(() => server.connections[0], { what: 'the connection' });
    await peer.ended;
    expect(peer.text).toBe('he');
  });

  test.each(['client', 'server', 'both'] as const)(
    'kills the side of %s, stalled or not, and the other learns of it',
    async (side) => {
      await using it = await line();
      it.proxy.set({ toServer: { kind: 'stall' } });
      await it.client.write('lost\n');
      it.proxy.kill(side);
      await it.client.closed;
      await it.peer.closed;
      expect(it.peer.lines).toEqual([]);
      await until(() => it.proxy.connections === 0, { what: 'the proxy to forget the connection' });
    },
  );

  test('half-closes one side', async () => {
    await using it = await line();
    it.proxy.halfClose('server');
    expect(await it.peer.ended).toBe(true);
  });

  test('closes a client whose server is not there', async () => {
    await using directory = await tempDirectory();
    await using proxy = await createFaultProxy({ path: directory.file('p'), target: directory.file('nobody') });
    await using client = await RawClient.connect(directory.file('p'));
    await client.closed;
    await until(() => proxy.connections === 0, { what: 'the proxy to forget the connection' });
  });
});
