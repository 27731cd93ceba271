import { describe, expect, it } from 'vitest';
import { DEFAULT_SERVER_LIMITS } from '../options';
import { ConnectionWatch, type ConnectionLook } from './connection-watch';

const limits = { ...DEFAULT_SERVER_LIMITS, frameTimeoutMs: 1_000, slowReaderTimeoutMs: 2_000, idleTimeoutMs: 3_000 };
const idle = { midFrame: false, quiet: true, owesReading: false };

/** What happens every 250 ms, and the instant at which the watch first says that a timeout has passed. */
function firstExpiry(look: Partial<ConnectionLook>, between?: (watch: ConnectionWatch, now: number) => void): unknown {
  const watch = new ConnectionWatch(0);
  for (let now = 250; now <= 10_000; now += 250) {
    between?.(watch, now);
    const expired = watch.sweep({ now, limits, ...idle, ...look });
    if (expired) return [expired, now];
  }
  return 'never';
}

describe('a connection is given up', () => {
  it.each<[string, Partial<ConnectionLook>, ((watch: ConnectionWatch, now: number) => void) | undefined, unknown]>([
    ['when it is idle', {}, undefined, ['idle', 3_000]],
    ['never while it waits for something', { quiet: false }, undefined, 'never'],
    ['never while bytes come in', {}, (watch) => watch.sawBytes(), 'never'],
    ['when a frame that has begun does not end', { midFrame: true, quiet: true }, undefined, ['frame_timeout', 1_250]],
    ['when such a frame drips', { midFrame: true }, (watch) => watch.sawBytes(), ['frame_timeout', 1_250]],
    [
      'never while frames end, though one has begun at each look',
      { midFrame: true },
      (watch) => {
        watch.sawBytes();
        watch.sawFrame();
      },
      'never',
    ],
    ['when its peer does not read', { owesReading: true, quiet: false }, undefined, ['slow_reader', 2_250]],
    [
      'never while its peer reads, though much is unread at each look',
      { owesReading: true, quiet: false },
      (watch) => watch.sawReading(),
      'never',
    ],
    [
      'never by what its peer sends, but by what it reads',
      { owesReading: true, quiet: false },
      (watch) => watch.sawBytes(),
      ['slow_reader', 2_250],
    ],
  ])('%s', (_what, look, between, expected) => {
    expect(firstExpiry(look, between)).toEqual(expected);
  });

  it('never for idleness where idle_timeout is 0', () => {
    expect(firstExpiry({ limits: { ...limits, idleTimeoutMs: 0 } })).toBe('never');
  });

  it('after a whole frame_timeout from the last frame that ended', () => {
    expect(firstExpiry({ midFrame: true }, (watch, now) => now <= 2_000 && watch.sawFrame())).toEqual([
      'frame_timeout',
      3_000,
    ]);
  });

  it('after a whole slow_reader_timeout from the last time below the soft limit', () => {
    expect(firstExpiry({ owesReading: true }, (watch, now) => now <= 1_000 && watch.sawReading())).toEqual([
      'slow_reader',
      3_000,
    ]);
  });
});
