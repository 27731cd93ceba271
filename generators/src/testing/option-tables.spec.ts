import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withOptionTables } from './option-tables';

const PAGE = join(__dirname, '../../../docs/guides/nx.md');

/** Stale? `npx vitest run --root generators option-tables -u` writes the page. */
test('the guide has the options of every generator as the schemas have them', async () => {
  const page = readFileSync(PAGE, 'utf8');
  await expect(await withOptionTables(page, PAGE)).toMatchFileSnapshot(PAGE);
  const { generators } = JSON.parse(readFileSync(join(__dirname, '../../generators.json'), 'utf8')) as {
    generators: object;
  };
  expect([...page.matchAll(/<!-- options: ([a-z-]+) -->/g)].map(([, name]) => name)).toEqual(Object.keys(generators));
});
