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
        expect([path, isSameButForLayout(content, formatted)]).toEqual([path, true]);
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
    expect(isSameButForLayout(types, types.replace(from, to))).toBe(false);
  });
});
