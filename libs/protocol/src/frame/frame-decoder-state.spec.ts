import { describe, expect, test } from 'vitest';
import { FrameDecoder, type FrameFault } from './frame-decoder';

function decoderOf(maxFrameBytes: number): FrameDecoder {
  return new FrameDecoder({ maxFrameBytes });
}

function drain(decoder: FrameDecoder): (string | FrameFault)[] {
  const frames: (string | FrameFault)[] = [];
  for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) frames.push(frame);
  return frames;
}

function push(decoder: FrameDecoder, text: string): (string | FrameFault)[] {
  decoder.push(Buffer.from(text));
  return drain(decoder);
}

const TOO_LARGE = expect.objectContaining({ code: 'message_too_large' }) as unknown;

describe('the limit of a frame', () => {
  const at = 'x'.repeat(10);
  test.each([
    ['one byte under', 'x'.repeat(9), ['x'.repeat(9)]],
    ['exactly', at, [at]],
    ['one byte over', 'x'.repeat(11), [TOO_LARGE]],
    ['far over', 'x'.repeat(5_000), [TOO_LARGE]],
  ])('is inclusive in one chunk and in every two pieces: %s', (_, line, expected) => {
    expect(push(decoderOf(10), `${line}\nnext\n`)).toEqual([...expected, 'next']);
    for (let cut = 0; cut <= Math.min(line.length, 20); cut++) {
      const decoder = decoderOf(10);
      const frames = [...push(decoder, line.slice(0, cut)), ...push(decoder, `${line.slice(cut)}\nnext\n`)];
      expect(frames, `cut at ${cut}`).toEqual([...expected, 'next']);
    }
  });

  test('counts bytes, not characters', () => {
    expect(push(decoderOf(10), 'ééééé\nééééé.\n')).toEqual(['ééééé', TOO_LARGE]);
  });

  test('is enforced before a newline comes, once for each frame', () => {
    const decoder = decoderOf(10);
    expect(push(decoder, 'x'.repeat(10))).toEqual([]);
    expect(push(decoder, 'x')).toEqual([TOO_LARGE]);
    expect(push(decoder, 'x'.repeat(1_000))).toEqual([]);
    expect(push(decoder, 'still the same line\n{"a":1}\n')).toEqual(['{"a":1}']);
    expect(push(decoder, 'x'.repeat(11))).toEqual([TOO_LARGE]);
  });

  test('says what was read, what is allowed and what to raise', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: 10, limitName: 'maxFrameBytes' });
    expect(push(decoder, `${'x'.repeat(12)}\n`)).toEqual([
      {
        code: 'message_too_large',
        message: 'frame is over 10 bytes (12 read so far); raise maxFrameBytes',
        head: 'x'.repeat(12),
      },
    ]);
  });

  test('keeps the first 1,024 bytes of a refused frame, however it was split', () => {
    const line = `{"ipcReqID":"rq1","data":"é${'x'.repeat(2_000)}"}`;
    const head = Buffer.from(line).toString('latin1').slice(0, 1_024);
    for (const cut of [0, 1, 9, 17, 1_023, 1_024, 1_025]) {
      const decoder = decoderOf(1_500);
      const [fault] = [...push(decoder, line.slice(0, cut)), ...push(decoder, `${line.slice(cut)}\n`)];
      expect(fault, `cut at ${cut}`).toMatchObject({ code: 'message_too_large', head });
    }
  });
});

describe('end()', () => {
  test.each([
    ['nothing', '', undefined],
    ['a whole line', '{"a":1}\n', undefined],
    ['an unfinished line', '{"a":1}', '{"a":1}'],
    ['white space', ' \r', undefined],
  ])('after %s', (_, text, last) => {
    const decoder = decoderOf(100);
    push(decoder, text);
    expect(decoder.end()).toBe(last);
    expect(decoder.end()).toBeUndefined();
    expect(decoder.heldBytes).toBe(0);
  });

  test('refuses an unfinished character and says nothing more of a frame already refused', () => {
    const decoder = decoderOf(10);
    decoder.push(Buffer.of(0x22, 0xc3));
    drain(decoder);
    expect(decoder.end()).toMatchObject({ code: 'parse_error', head: '"\xc3' });
    expect(push(decoder, 'x'.repeat(11))).toEqual([TOO_LARGE]);
    expect(decoder.end()).toBeUndefined();
  });
});

describe('what is held', () => {
  test('is told truly at each step', () => {
    const decoder = decoderOf(100);
    const state = () => [decoder.heldBytes, decoder.midFrame, decoder.unread];
    expect(state()).toEqual([0, false, false]);
    decoder.push(Buffer.from('{"a":1}\n{"bé":2}\n{"c'));
    expect(state()).toEqual([21, false, true]);
    expect([decoder.next(), decoder.frameBytes]).toEqual(['{"a":1}', 7]);
    expect(state()).toEqual([13, false, true]);
    expect([decoder.next(), decoder.frameBytes]).toEqual(['{"bé":2}', 9]);
    expect(state()).toEqual([3, false, true]);
    expect(decoder.next()).toBeUndefined();
    expect(state()).toEqual([3, true, false]);
    expect(push(decoder, '":3}')).toEqual([]);
    expect(state()).toEqual([7, true, false]);
    expect([push(decoder, '\n'), decoder.frameBytes]).toEqual([['{"c":3}'], 7]);
    expect(state()).toEqual([0, false, false]);
  });

  test('is nothing while the rest of a refused frame is skipped, which is still mid-frame', () => {
    const decoder = decoderOf(10);
    push(decoder, 'x'.repeat(50));
    expect([decoder.heldBytes, decoder.midFrame, decoder.unread]).toEqual([0, true, false]);
    push(decoder, 'x\n');
    expect([decoder.heldBytes, decoder.midFrame, decoder.unread]).toEqual([0, false, false]);
  });

  test('survives the reuse of a borrowed chunk after retain(), and comes before what is pushed next', () => {
    const decoder = decoderOf(100);
    const borrowed = Buffer.from('{"a":1}\n{"b":2}\n{"c"');
    decoder.push(borrowed);
    expect(decoder.next()).toBe('{"a":1}');
    decoder.retain();
    borrowed.fill(0xff);
    expect([decoder.heldBytes, decoder.unread]).toEqual([12, true]);
    const second = Buffer.from(':3}\n');
    decoder.push(second);
    second.fill(0xff);
    expect(drain(decoder)).toEqual(['{"b":2}', '{"c":3}']);
    decoder.retain();
    expect(decoder.unread).toBe(false);
  });

  test('grows linearly: a 4 MB frame in 1-byte pieces allocates under 2.5 times its size', { timeout: 30_000 }, () => {
    const bytes = 4 * 1024 * 1024;
    const decoder = decoderOf(16 * 1024 * 1024);
    const one = Buffer.from('x');
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < bytes; count++) {
      decoder.push(one);
      decoder.next();
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2.5 * bytes);
    expect(decoder.heldBytes).toBe(bytes);
    decoder.push(Buffer.from('\n'));
    expect(decoder.next()).toHaveLength(bytes);
    expect(decoder.heldBytes).toBe(0);
  });
});
