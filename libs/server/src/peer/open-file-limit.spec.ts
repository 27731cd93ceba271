import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../listener/temporary-directory.fixture';
import { openFileLimit } from './open-file-limit';

const HEAD = 'Limit                     Soft Limit           Hard Limit           Units     \n';

it.each([
  ['Max open files            1024                 1048576              files     \n', 1024],
  [
    'Max processes             7                    7                    processes \nMax open files            40   40   files\n',
    40,
  ],
  ['Max open files            unlimited            unlimited            files     \n', Infinity],
  ['Max locked memory         8388608              8388608              bytes     \n', Infinity],
])('reads the soft limit of %j', (line, limit) => {
  const file = join(temporaryDirectory(), 'limits');
  writeFileSync(file, HEAD + line);
  expect(openFileLimit(file)).toBe(limit);
});

it('knows no limit where there is no such file', () => {
  expect(openFileLimit('/nowhere/limits')).toBe(Infinity);
});

it.runIf(process.platform === 'linux')('reads this process’s limit', () => {
  // A child has the limit of its parent.
  expect(openFileLimit()).toBe(Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })));
});
