import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { memoryPair } from './memory-pair';

function open(): { a: Duplex; b: Duplex; read: () => string } {
  const [a, b] = memoryPair();
  let text = '';
  b.on('data', (bytes: Buffer) => (text += bytes.toString()));
  for (const end of [a, b]) end.on('error', () => undefined);
  return { a, b, read: () => text };
}

describe('two ends of a connection within a process', () => {
  it('bring over what is written, in order, in a turn of its own', async () => {
    const { a, b, read } = open();
    a.write('one ');
    a.write('two é');
    expect([read(), a.writableLength]).toEqual(['', 0]);
    b.write('back');
    const [bytes] = (await once(a, 'data')) as [Buffer];
    expect([read(), bytes.toString()]).toEqual(['one two é', 'back']);
  });

  it('end one direction at a time', async () => {
    const { a, b, read } = open();
    a.end('last');
    await Promise.all([once(a, 'finish'), once(b, 'end')]);
    expect([read(), b.writable, a.readable]).toEqual(['last', true, true]);
    b.end('answer');
    expect(((await once(a, 'data')) as [Buffer])[0].toString()).toBe('answer');
    await expect.poll(() => [a.closed, b.closed]).toEqual([true, true]);
  });

  it('hold a writer up when the reader does not read, and no sooner than a socket would', async () => {
    const [a, b] = memoryPair();
    const block = Buffer.alloc(64 * 1024);
    for (let count = 0; count < 3; count++) a.write(block);
    expect(a.writableLength).toBe(0);
    let written = 0;
    for (let count = 0; count < 10; count++) a.write(block, () => written++);
    await new Promise((resolve) => setImmediate(resolve));
    expect(a.writableLength).toBeGreaterThanOrEqual(9 * block.length);
    expect(written).toBe(0);
    let read = 0;
    b.on('data', (bytes: Buffer) => (read += bytes.length));
    await expect.poll(() => read).toBe(13 * block.length);
    await expect.poll(() => written).toBe(10);
    expect(a.writableLength).toBe(0);
  });

  it.each(['idle', 'holding a writer up'])('tell the other end when one is destroyed, %s', async (how) => {
    const [a, b] = memoryPair();
    const errors: unknown[] = [];
    a.on('error', ({ code }: NodeJS.ErrnoException) => errors.push(code));
    if (how !== 'idle') a.write(Buffer.alloc(1_000_000));
    b.destroy();
    a.resume();
    if (how === 'idle') {
      await once(a, 'end');
      a.write('');
    }
    await expect.poll(() => errors).toEqual(['EPIPE']);
    expect(a.destroyed).toBe(true);
  });

  it.each(['idle', 'holding a writer up'])(
    'leave what one end said before it was destroyed, %s, to be read when a write fails',
    async (how) => {
      const { a: b, b: a } = open();
      if (how !== 'idle') a.write(Buffer.alloc(1_000_000));
      const read = new Promise<unknown>((resolve) => {
        b.write('last ');
        b.write('words');
        // Within the write that fails, or within what makes one fail: nothing has arrived by itself yet.
        if (how === 'idle') b.destroy();
        a.write('', () => resolve(a.read()));
        if (how !== 'idle') b.destroy();
      });
      expect(String(await read)).toBe('last words');
      await expect.poll(() => a.closed).toBe(true);
    },
  );

  it('drop what arrives at an end that is destroyed meanwhile', async () => {
    const { a, b, read } = open();
    a.write('late');
    b.destroy();
    a.destroy();
    await expect.poll(() => [a.closed, b.closed]).toEqual([true, true]);
    expect(read()).toBe('');
  });

  it('leave nothing behind that keeps the process alive', () => {
    const before = process.getActiveResourcesInfo().length;
    const { a } = open();
    a.write('x');
    expect(process.getActiveResourcesInfo().length).toBe(before);
  });
});
