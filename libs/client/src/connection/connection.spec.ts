import { Duplex, getDefaultHighWaterMark, setDefaultHighWaterMark } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScriptedServer, silent } from '../testing/scripted-server';
import { READ_BUFFER } from '../transport/read-buffer';
import { socketDialer } from '../transport/socket-dialer';
import { transportDialer } from '../transport/transport-dialer';
import { Connection, type ConnectionEvents } from './connection';

async function openConnection(server: ScriptedServer, events: Partial<ConnectionEvents> = {}): Promise<Connection> {
  return new Promise((resolve) => {
    const connection = new Connection(
      socketDialer({ socketPath: server.socketPath }),
      { maxFrameBytes: 1_000 },
      {
        onOpen: () => resolve(connection),
        onFrame: () => undefined,
        onFault: () => undefined,
        onGone: () => undefined,
        ...events,
      },
    );
    onTestFinished(() => connection.destroy());
  });
}

describe('Connection', () => {
  it('gathers the frames of a turn into one write', async () => {
    const chunks: string[] = [];
    const server = await ScriptedServer.start(silent);
    const connection = await openConnection(server);
    const peer = await server.peer();
    peer.socket.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    for (let n = 0; n < 5; n++) connection.send(`{"n":${n}}\n`);
    await peer.received(5);
    expect(chunks).toEqual(['{"n":0}\n{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n']);
  });

  // Below and above what Node writes from its stack, and what is written from blocks.
  it.each(['x', 'é', '€', '😀'])('writes frames of %s of any size whole and in order', async (character) => {
    const sizes = [1, 6_000, 20_000, 70_000, 70_000, 1_000_000, 2];
    const server = await ScriptedServer.start(silent);
    const connection = await openConnection(server);
    const peer = await server.peer();
    for (const size of sizes) connection.send(`{"data":"${character.repeat(size)}"}\n`);
    await peer.received(sizes.length);
    expect(peer.requests.map(({ data }) => (data as string).replaceAll(character, '').length)).toEqual(
      sizes.map(() => 0),
    );
    expect(peer.requests.map(({ data }) => (data as string).length / character.length)).toEqual(sizes);
  });

  it('knows which frames have certainly not left', async () => {
    const server = await ScriptedServer.start(silent);
    const connection = await openConnection(server);
    const small = connection.send('{}\n');
    expect(connection.mayHaveLeft(small)).toBe(false);
    const large = connection.send(`{"x":"${'x'.repeat(10_000)}"}\n`);
    const later = connection.send('{}\n');
    expect([small, large, later].map((frame) => connection.mayHaveLeft(frame))).toEqual([true, true, false]);
    await (await server.peer()).received(3);
    expect(connection.mayHaveLeft(later)).toBe(true);
  });

  it('keeps two connections that share a read buffer apart', async () => {
    const server = await ScriptedServer.start(({ data }, peer) => {
      const text = JSON.stringify({ data });
      peer.write(text.slice(0, 7));
      setImmediate(() => peer.write(`${text.slice(7)}\n`));
    });
    const read = async (data: string): Promise<string> =>
      new Promise((resolve) => {
        void openConnection(server, { onFrame: resolve }).then((connection) => connection.send(`{"data":"${data}"}\n`));
      });
    expect(await Promise.all([read('a'.repeat(200)), read('b'.repeat(200))])).toEqual([
      `{"data":"${'a'.repeat(200)}"}`,
      `{"data":"${'b'.repeat(200)}"}`,
    ]);
  });

  it('reads nothing any more once it is closed, and ends when everything is written', async () => {
    const frames: string[] = [];
    const server = await ScriptedServer.start((_request, peer) => peer.write('{"n":1}\n{"n":2}\n'));
    const ended = new Promise<void>((resolve) => {
      const onFrame = (frame: string): void => {
        frames.push(frame);
        void opened.then((connection) => connection.close(resolve));
      };
      const opened = openConnection(server, { onFrame });
      void opened.then((connection) => connection.send('{}\n'));
    });
    await ended;
    expect(frames[0]).toBe('{"n":1}');
  });

  it('leaves the rest of the process its turns while a server chatters', async () => {
    let frames = 0;
    const server = await ScriptedServer.start((_request, peer) => peer.write('{"n":1}\n'.repeat(500_000)));
    const connection = await openConnection(server, { onFrame: () => (frames += 1) });
    connection.send('{}\n');
    let most = 0;
    while (frames < 500_000) {
      const before = frames;
      await new Promise((resolve) => setImmediate(resolve));
      most = Math.max(most, frames - before);
    }
    // A thousand, and what else was in the last buffer.
    expect(most).toBeLessThanOrEqual(1_000 + READ_BUFFER.length / 8);
  });

  // The high-water marks of Node.js 20 and 22; text of one write, of a block, of several.
  it.each(
    [16_384, 65_536].flatMap((highWaterMark) =>
      [3_000, 10_000, 40_000, 100_000].map((chars) => ({ highWaterMark, chars })),
    ),
  )(
    'reads what the server said before it went, though it learns by a write that it has gone: %j',
    async ({ highWaterMark, chars }) => {
      const usual = getDefaultHighWaterMark(false);
      setDefaultHighWaterMark(false, highWaterMark);
      onTestFinished(() => setDefaultHighWaterMark(false, usual));
      const happened: string[] = [];
      let frame: number | undefined;
      const server = await ScriptedServer.start((_request, peer) => {
        peer.write('{"n":1}\n{"n":2}\n');
        peer.socket.destroy();
        frame = connection.send(`{"x":"${'x'.repeat(chars)}"}\n`);
      });
      let gone: (code: string | undefined) => void = () => undefined;
      const cause = new Promise<string | undefined>((resolve) => (gone = resolve));
      const connection = await openConnection(server, {
        onFrame: (frame) => happened.push(frame),
        onGone: (error) => gone((error as NodeJS.ErrnoException | undefined)?.code),
      });
      connection.send('{}\n');
      expect(await cause).toMatch(/EPIPE|ECONNRESET/);
      expect(happened).toEqual(['{"n":1}', '{"n":2}']);
      expect(connection.mayHaveLeft(frame ?? -1)).toBe(false);
    },
  );

  it.each(['reads', 'writes'])('over a stream that had something to say at once and is gone, %s', async (what) => {
    const said = new Duplex({
      read: () => undefined,
      write: (_bytes, _encoding, done) => {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    said.push('{"n":1}\n{"n":');
    said.push('2}\n');
    said.push(null);
    const happened: unknown[] = [];
    await new Promise<void>((resolve) => {
      const connection = new Connection(
        transportDialer({ describe: 'a test', connect: () => said }),
        { maxFrameBytes: 1_000 },
        {
          onOpen: () => {
            happened.push('open');
            if (what === 'writes') connection.send('{}\n');
          },
          onFrame: (frame) => happened.push(frame),
          onFault: () => undefined,
          onGone: (cause) => {
            happened.push((cause as NodeJS.ErrnoException | undefined)?.code);
            resolve();
          },
        },
      );
    });
    expect(happened).toEqual(['open', '{"n":1}', '{"n":2}', what === 'writes' ? 'EPIPE' : undefined]);
  });
});
