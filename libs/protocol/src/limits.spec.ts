import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from './limits';

test('default limits are the documented ones, and frozen', () => {
  expect(DEFAULT_LIMITS).toEqual({
    maxFrameBytes: 16 * 1024 * 1024,
    maxJsonDepth: 512,
    maxIdBytes: 256,
    maxUriBytes: 2_048,
    maxUserAgentBytes: 256,
    maxMetaBytes: 8 * 1024,
  });
  expect(Object.isFrozen(DEFAULT_LIMITS)).toBe(true);
});
