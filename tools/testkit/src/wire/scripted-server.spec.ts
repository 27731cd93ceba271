import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { assertNoLeftovers } from '../leftovers';
import { tempDirectory } from '../temp-directory';
import { RawClient } from './raw-client';
import { scriptedServer } from './scripted-server';

test('a script plays for every connection, with its index', async () => {
  await using directory = await tempDirectory();
  await using server = await scriptedServer(directory.file('s'), async (peer, index) => {
    await peer.send({ index, echo: await peer.nextLine() });
  });
  for (const index of [0, 1]) {
    await using client = await RawClient.connect(directory.file('s'));
    await client.write('hello\n');
    expect(await client.nextMessage()).toEqual({ index, echo: 'hello' });
  }
  expect(server.connections).toHaveLength(2);
});

test('a server that does not read leaves what it is sent in the kernel until it is resumed', async () => {
  await using directory = await tempDirectory();
  await using server = await scriptedServer(directory.file('s'), (peer) => peer.send('welcome'), { reading: false });
  await using client = await RawClient.connect(directory.file('s'));
  await client.write('hello\n');
  await client.nextLine();
  const [peer] = server.connections;
  expect(peer?.bytesReceived).toBe(0);
  peer?.resume();
  expect(await peer?.nextLine()).toBe('hello');
});

test('close() closes connections, takes the socket away, and throws what a script threw', async () => {
  await using directory = await tempDirectory();
  const server = await scriptedServer(directory.file('s'), async (peer, index) => {
    const line = await peer.nextLine();
    if (index === 0) throw new Error(`script did not expect ${line}`);
  });
  await using first = await RawClient.connect(directory.file('s'));
  await using second = await RawClient.connect(directory.file('s'));
  await first.write('this\n');
  await server.connections[0]?.waitForLines(1);
  await expect(server.close()).rejects.toThrow('script did not expect this');
  expect(await first.ended).toBe(true);
  await second.closed;
  expect(existsSync(directory.file('s'))).toBe(false);
  assertNoLeftovers({ directory: directory.path });
  await server.close();
});

test('a script that still waits when the server closes has not failed', async () => {
  await using directory = await tempDirectory();
  const server = await scriptedServer(directory.file('s'), (peer) => peer.nextLine());
  await using client = await RawClient.connect(directory.file('s'));
  expect(client.lines).toEqual([]);
  await server.close();
});
