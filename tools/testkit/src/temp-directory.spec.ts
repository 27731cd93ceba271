import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tempDirectory } from './temp-directory';

test('a temp directory is private, short, and gone with its test', async () => {
  let path: string;
  {
    await using directory = await tempDirectory();
    path = directory.path;
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(Buffer.byteLength(path)).toBeLessThan(60);
    mkdirSync(directory.file('deep'));
    writeFileSync(directory.file('deep/file'), 'x');
  }
  expect(existsSync(path)).toBe(false);
});

test('two temp directories are two, and cleaning up twice is harmless', async () => {
  await using first = await tempDirectory();
  await using second = await tempDirectory();
  expect(first.path).not.toBe(second.path);
  await first.cleanup();
});

test('a name too long for a socket is refused before the kernel cuts it', async () => {
  await using directory = await tempDirectory();
  const room = 107 - Buffer.byteLength(directory.path) - 1;
  expect(directory.file('s'.repeat(room))).toHaveLength(107);
  expect(() => directory.file('s'.repeat(room + 1))).toThrow('is 108 bytes, a socket path may have 107');
});
