import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { FrameDecoder, type FrameFault } from './frame-decoder';

// Thousands of random cases: a second alone, many on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

type Outcome = string | { fault: string };

/** What the decoder gives for bytes that arrive as `pieces`, each in one borrowed buffer that is overwritten afterwards. */
function decodePieces(pieces: readonly Buffer[], maxFrameBytes = 1_000_000): Outcome[] {
  const decoder = new FrameDecoder({ maxFrameBytes });
  const borrowed = Buffer.alloc(Math.max(1, ...pieces.map((piece) => piece.length)));
  const outcomes: Outcome[] = [];
  for (const piece of pieces) {
    piece.copy(borrowed);
    decoder.push(borrowed.subarray(0, piece.length));
    for (let frame = decoder.next(); frame !== undefined; frame = decoder.next()) outcomes.push(outcomeOf(frame));
    borrowed.fill(0xff);
  }
  const last = decoder.end();
  return last === undefined ? outcomes : [...outcomes, outcomeOf(last)];
}

function outcomeOf(frame: string | FrameFault): Outcome {
  return typeof frame === 'string' ? frame : { fault: frame.code };
}

/** The same by the plainest means: all bytes at once, split at newlines. */
function decodeNaively(bytes: Buffer, maxFrameBytes: number): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let start = 0; start <= bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    start = end + 1;
    if (line.length > maxFrameBytes) {
      outcomes.push({ fault: 'message_too_large' });
      continue;
    }
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
      if (/[^ \t\r]/.test(text)) outcomes.push(text);
    } catch {
      outcomes.push({ fault: 'parse_error' });
    }
  }
  return outcomes;
}

/** `bytes` cut at `cuts`, positions in any order. */
function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const edges = [0, ...cuts.filter((cut) => cut <= bytes.length).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge));
}

const MULTI_FRAME = Buffer.from('{"a":"é😀"}\r\n\n  {"b":[1,2]}\n \t\r\n{"c":"\u2028"}\n{"unfinished":true}');
const MULTI_FRAMES = ['{"a":"é😀"}\r', '  {"b":[1,2]}', '{"c":"\u2028"}', '{"unfinished":true}'];

describe('a stream of lines', () => {
  test('comes out as the same frames at every split point', () => {
    for (let cut = 0; cut <= MULTI_FRAME.length; cut++) {
      expect(decodePieces(cutAt(MULTI_FRAME, [cut])), `cut at ${cut}`).toEqual(MULTI_FRAMES);
    }
  });

  test('comes out as the same frames at every pair of split points', () => {
    for (let first = 0; first <= MULTI_FRAME.length; first++) {
      for (let second = first; second <= MULTI_FRAME.length; second++) {
        const outcomes = decodePieces(cutAt(MULTI_FRAME, [first, second]));
        if (!isDeepStrictEqual(outcomes, MULTI_FRAMES)) expect.fail(`cut at ${first} and ${second}`);
      }
    }
  });

  test('comes out as the same frames byte by byte', () => {
    const pieces = Array.from(MULTI_FRAME, (byte) => Buffer.of(byte));
    expect(decodePieces(pieces)).toEqual(MULTI_FRAMES);
  });

  test.each([
    ['joined frames', '{"a":1}\n{"b":2}\n{"c":3}\n', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['a CR before the newline', '{"a":1}\r\n', ['{"a":1}\r']],
    ['blank lines', '\n\r\n \t \n{"a":1}\n\n', ['{"a":1}']],
    ['leading spaces', '   {"a":1}\n', ['   {"a":1}']],
    ['a first line that is blank and a last that is not ended', '\n{"a":1}', ['{"a":1}']],
    ['text that is no JSON, for the parser to refuse', 'not json\n\u0000\n', ['not json', '\u0000']],
    [
      'a lone byte order mark and other Unicode white space, which are not blank',
      '\ufeff\n\u00a0\n\v\n',
      ['\ufeff', '\u00a0', '\v'],
    ],
    ['the replacement character itself, which is well-formed', '"\ufffd"\n', ['"\ufffd"']],
    ['nothing at all', '', []],
  ])('may hold %s', (_, text, frames) => {
    expect(decodePieces([Buffer.from(text)])).toEqual(frames);
  });

  test('decodes long lines, ASCII or not, as short ones', () => {
    const ascii = `{"t":"${'a'.repeat(2_000)}"}`;
    const wide = `{"t":"${'a'.repeat(2_000)}é"}`;
    const blank = ' '.repeat(2_000);
    expect(decodePieces([Buffer.from(`${ascii}\n${wide}\n${blank}\n`)])).toEqual([ascii, wide]);
  });

  test('agrees with the naive oracle for random bytes, random splits and a small limit', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 24 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom('', ' ', '\r', '\ufeff', '{"a":1}\r', '{"é":"😀"}').map((text) => Buffer.from(text)),
      fc.integer({ min: 14, max: 40 }).map((length) => Buffer.alloc(length, 'x')),
    );
    const cuts = fc.array(fc.nat({ max: 200 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), cuts, fc.boolean(), (lines, positions, ended) => {
        const bytes = Buffer.concat(lines.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('\n'), part])));
        const stream = ended ? Buffer.concat([bytes, Buffer.from('\n')]) : bytes;
        expect(decodePieces(cutAt(stream, positions), 16)).toEqual(decodeNaively(stream, 16));
      }),
      { numRuns: 1_000 },
    );
  });

  test('agrees with the naive oracle where lines are long enough for the ASCII path', () => {
    const line = fc
      .tuple(fc.integer({ min: 500, max: 520 }), fc.constantFrom('', 'é', '😀', '\ufeff'), fc.constantFrom('', '\xff'))
      .map(([length, text, bad]) =>
        Buffer.concat([Buffer.alloc(length, 'a'), Buffer.from(text), Buffer.from(bad, 'latin1')]),
      );
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 4 }),
        fc.array(fc.nat({ max: 2_100 }), { maxLength: 6 }),
        (lines, cuts) => {
          const stream = Buffer.concat(lines.flatMap((part) => [part, Buffer.from('\n')]));
          expect(decodePieces(cutAt(stream, cuts), 515)).toEqual(decodeNaively(stream, 515));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('bytes that are not well-formed UTF-8', () => {
  test.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['a cut character', [0x22, 0xf0, 0x9f, 0x98, 0x22]],
    ['an overlong form', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['over U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
  ])('are a parse_error wherever the line is split, and the next line is served: %s', (_, bad) => {
    const stream = Buffer.concat([Buffer.from(bad), Buffer.from('\n{"a":1}\n')]);
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(decodePieces(cutAt(stream, [cut]))).toEqual([{ fault: 'parse_error' }, '{"a":1}']);
    }
  });

  test('are found in long lines and in an unfinished last one', () => {
    const long = Buffer.concat([Buffer.alloc(600, 'a'), Buffer.of(0xff)]);
    expect(decodePieces([long, Buffer.from('\n'), long])).toEqual([{ fault: 'parse_error' }, { fault: 'parse_error' }]);
  });
});
