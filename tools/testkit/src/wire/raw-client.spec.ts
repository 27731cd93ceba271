import { describe, expect, test } from 'vitest';
import { tempDirectory } from '../temp-directory';
import { until } from '../until';
import { RawClient } from './raw-client';
import { scriptedServer } from './scripted-server';

async function pair() {
  const directory = await tempDirectory();
  const server = await scriptedServer(directory.file('s'));
  const client = await RawClient.connect(directory.file('s'));
  const peer = await until(() => server.connections[0], { what: 'the connection' });
  const dispose = async (): Promise<void> => {
    await client[Symbol.asyncDispose]();
    await server.close();
    await directory.cleanup();
  };
  return { client, peer, server, [Symbol.asyncDispose]: dispose };
}

describe('a raw client', () => {
  test('writes the bytes it is given, whole or in pieces', async () => {
    await using line = await pair();
    expect(await line.client.write('{"a":1}\n{"b"')).toBe(true);
    expect(await line.client.writeInPieces(Buffer.from(':"é"}\nrest'), 1)).toBe(true);
    expect(await line.client.send({ c: 3 })).toBe(true);
    expect(await line.peer.waitForLines(3)).toEqual(['{"a":1}', '{"b":"é"}', 'rest{"c":3}']);
    expect(line.peer.text).toBe('{"a":1}\n{"b":"é"}\nrest{"c":3}\n');
    expect(line.peer.bytesReceived).toBe(Buffer.byteLength(line.peer.text));
  });

  test('receives lines, in order and each once, asked for before they come or after', async () => {
    await using line = await pair();
    const first = line.client.nextLine();
    await line.peer.write('one\n{"two":2}\nthree\nunfin');
    expect([await first, await line.client.nextMessage(), await line.client.nextLine()]).toEqual([
      'one',
      { two: 2 },
      'three',
    ]);
    const fourth = line.client.nextLine();
    await line.peer.write('ished\n');
    expect(await fourth).toBe('unfinished');
    expect(line.client.lines).toHaveLength(4);
  });

  test('fails a wait with the reason and the count: time, an end, a close', async () => {
    await using line = await pair();
    await expect(line.client.nextLine({ timeoutMs: 10 })).rejects.toThrow('waited 10 ms: 0 of 1 lines came');
    const waiting = expect(line.client.waitForLines(3)).rejects.toThrow('the peer has ended: 1 of 3 lines came');
    await line.peer.write('one\n');
    line.peer.halfClose();
    await waiting;
    await expect(line.client.waitForLines(3)).rejects.toThrow('of 3 lines came');
    expect(await line.client.waitForLines(1)).toEqual(['one']);
  });

  test('tells an end from a close', async () => {
    await using line = await pair();
    line.client.halfClose();
    expect(await line.peer.ended).toBe(true);
    expect(await line.client.ended).toBe(true);
    expect(await line.client.closed).toEqual({ error: undefined });
    expect(await line.client.write('too late\n')).toBe(false);
  });

  test('with allowHalfOpen goes on writing after the end of its peer', async () => {
    await using directory = await tempDirectory();
    await using server = await scriptedServer(directory.file('s'), (peer) => peer.halfClose());
    await using client = await RawClient.connect(directory.file('s'), { allowHalfOpen: true });
    expect(await client.ended).toBe(true);
    expect(await client.write('still\n')).toBe(true);
    expect(await server.connections[0]?.nextLine()).toBe('still');
  });

  test('paused, reads nothing: the peer fills the kernel and waits', async () => {
    await using line = await pair();
    line.client.pause();
    let taken = false;
    const written = line.peer.write(`${'x'.repeat(4_000_000)}\n`).then(() => (taken = true));
    await line.peer.writeInPieces('', 1);
    await until(() => line.peer.socket.writableLength > 0, { what: 'backpressure' });
    expect([taken, line.client.bytesReceived]).toEqual([false, 0]);
    line.client.resume();
    await written;
    expect(await line.client.nextLine()).toHaveLength(4_000_000);
  });

  test('destroyed with unread data, resets its peer', async () => {
    await using line = await pair();
    line.client.pause();
    await line.peer.write('never read\n');
    line.client.destroy();
    expect((await line.peer.closed).error?.code).toBe('ECONNRESET');
    expect(await line.peer.ended).toBe(false);
  });

  test('destroyed with nothing unread, ends its peer', async () => {
    await using line = await pair();
    line.client.destroy();
    expect(await line.peer.ended).toBe(true);
  });

  test('that nobody accepts says so', async () => {
    await expect(RawClient.connect('/tmp/px-nobody')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
