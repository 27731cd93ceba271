import fc from 'fast-check';
import { format, type Options } from 'prettier';
import { describe, expect, test } from 'vitest';
import { parseContractDocument } from '../contract/contract-document';
import { contractDocumentText } from '../contract/document-text';
import { generateClient, type GeneratedFile } from '../emit/generate-client';
import { ordersDocumentText } from '../testing/orders';
import { randomContracts } from '../testing/random-documents';
import { endpointList } from './endpoint-list';
import { isSameButForLayout } from './layout';

const STYLES: readonly Options[] = [
  { printWidth: 40 },
  { printWidth: 120, singleQuote: true },
  { semi: false, arrowParens: 'avoid', trailingComma: 'none', quoteProps: 'consistent' },
  { useTabs: true, bracketSpacing: false, endOfLine: 'crlf', objectWrap: 'collapse' },
];

/** Everything that is generated of a contract and that a formatter may format. */
async function generatedFrom(text: string): Promise<GeneratedFile[]> {
  const document = parseContractDocument(text);
  return [
    ...(await generateClient({ document, language: 'typescript' })),
    { path: 'ipc-contract.json', content: contractDocumentText(document) },
    { path: 'src/endpoints/index.ts', content: endpointList(['a/b.handler.ts', 'files.original.ts']) },
  ];
}

describe('a generated file that somebody formatted', () => {
  test.each(STYLES)('as %o counts as generated', async (style) => {
    const samples = fc
      .sample(randomContracts(2), { numRuns: 1, seed: 1 })
      .flat()
      .map(({ text }) => text);
    for (const text of [ordersDocumentText(), ...samples]) {
      for (const { path, content } of await generatedFrom(text)) {
        const formatted = await format(content, { ...style, filepath: path });
        expect([path, isSameButForLayout(path, content, formatted)]).toEqual([path, true]);
      }
    }
  });

  test.each([
    ['a comment', 'RFC 3339', 'RFC 2822'],
    ['a name', 'amount', 'sum'],
    ['a string', "'EUR'", "'CHF'"],
    ['a string within', "'EUR'", "'E,UR'"],
    ['a question mark', 'labels?:', 'labels:'],
    ['a word more', 'sku: ', 'readonly sku: '],
  ])('does not where %s is another', async (_, from, to) => {
    const files = await generatedFrom(ordersDocumentText());
    const types = files.find(({ path }) => path === 'types.ts')?.content ?? '';
    expect(types).toContain(from);
    expect(isSameButForLayout('types.ts', types, types.replace(from, to))).toBe(false);
  });

  test.each([
    ['a.json', '[1, 2]', '[12]'],
    ['a.json', '["a b"]', '["ab"]'],
    ['a.json', '{ "a": 1, "b": 2 }', '{ "b": 2, "a": 1 }'],
    ['a.ts', 'const a = [1, 2];', 'const a = [12];'],
    ['a.ts', "type A = 'a' | 'b';", "type A = 'ab';"],
    ['a.ts', "type A = 'a' | 'b';", "type A = 'a', 'b';"],
    ['a.ts', "type A = 'a';", 'type A = a;'],
    ['a.ts', 'const a = (b + c) * d;', 'const a = b + c * d;'],
    ['a.ts', 'const a = () => ({});', 'const a = () => {};'],
    ['a.ts', 'return;\na();', 'return a();'],
    ['a.ts', 'a(b, c);', 'a(b)(c);'],
    ['a.ts', '{ /** c */ a: 1, b: 2 }', '{ a: 1, /** c */ b: 2 }'],
    ['A.php', "<?php f('a\\n');", '<?php f("a\\n");'],
    ['A.php', "<?php f('$a');", '<?php f("$a");'],
    ['A.php', '<?php f(1, 2);', '<?php f(12);'],
    ['A.php', '<?php ($a + $b) * $c;', '<?php $a + $b * $c;'],
  ])('of the name %s does not with %s in the place of %s', (path, one, other) => {
    expect(isSameButForLayout(path, one, other)).toBe(false);
  });

  test.each([
    ['a.json', '{"a":[1,2]}', '{\n  "a": [\n    1,\n    2\n  ]\n}\n'],
    ['a.ts', "type A = 'a' | 'b';", 'type A =\n  | "a"\n  | "b"\n'],
    ['a.ts', "const a = { 'b': (c) => d(c), };", 'const a = {b: c => d(c)}'],
    ['a.ts', 'const a = (b) => (b ? c : d);', 'const a = b =>\n  b ? c : d\n'],
    ['a.ts', 'interface A {\n  a(b: string, c: B): D;\n}', 'interface A { a(\n  b: string,\n  c: B,\n): D }'],
    ['A.php', "<?php f(['a', 'b']);", '<?php\nf([\n    "a",\n    "b",\n]);\n'],
  ])('of the name %s does as %s and as %s', (path, one, other) => {
    expect(isSameButForLayout(path, one, other)).toBe(true);
  });
});
