import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const LIBRARY = join(__dirname, '../../../../libs/contract/src');
const copies = readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /(?<!\.spec)\.ts$/.test(name),
);

it.each(copies)('%s says what the contract library says', (name) => {
  const [notice, ...lines] = readFileSync(join(__dirname, name), 'utf8').split('\n');
  expect(notice).toContain(`libs/contract/src/${name}`);
  expect(lines.join('\n')).toBe(readFileSync(join(LIBRARY, name), 'utf8'));
});
