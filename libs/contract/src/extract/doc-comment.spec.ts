import { expect, test } from 'vitest';
import { docCommentOfDefaultExport } from './doc-comment';

const END = "export default endpoint('/a', {});";

test.each<[string, string, string | undefined]>([
  ['stands above the export', `import a from 'a';\n\n/** Says hello. */\n${END}`, 'Says hello.'],
  [
    'has several lines and paragraphs',
    `/**\n * Says hello\n * twice.\n *\n *   - a\n */\n${END}`,
    'Says hello\ntwice.\n\n  - a',
  ],
  ['ends at its first tag', `/**\n * Says hello.\n *\n * @see docs\n * more\n */\n${END}`, 'Says hello.'],
  ['may mention an address', `/** Mail a@b.example. */\n${END}`, 'Mail a@b.example.'],
  ['has Windows line ends', `/**\r\n * Says\r\n * hello.\r\n */\r\n${END}`, 'Says\nhello.'],
  ['has other comments after it', `/** Says hello. */\n// eslint-disable-next-line x\n/* c */ ${END}`, 'Says hello.'],
  ['follows another doc comment', `/** The file. */\n\n/** Says hello. */\n${END}`, 'Says hello.'],
  ['is missing', END, undefined],
  ['is empty', `/** */${END}`, undefined],
  ['is no doc comment', `/* no */ ${END}`, undefined],
  ['is of two stars only', `/**/ ${END}`, undefined],
  ['has tags only', `/** @internal */ ${END}`, undefined],
  ['belongs to something else', `/** Other. */\nconst a = 1;\n${END}`, undefined],
  [
    'stands above what is exported by name',
    `/** Says hello. */\nconst a = endpoint('/a', {});\nexport default a;`,
    'Says hello.',
  ],
  [
    'stands above an export by both names',
    `/** Says hello. */\nexport const a = endpoint('/a', {});\nexport default a;`,
    'Says hello.',
  ],
  ['stands above another name', `/** Says hello. */\nconst b = 1;\nconst a = 2;\nexport default a;`, undefined],
  ['stands at both places', `/** A. */\nconst a = 2;\n/** B. */\nexport default a;`, 'B.'],
  ['is in a string', `const a = '/** no */ export default';\n${END}`, undefined],
  ['is in a string with escapes', `const a = "\\"/** no */";\n/** Yes. */\n${END}`, 'Yes.'],
  ['is in a template', `const a = \`/** no */ export default \${b({ c: \`}\` })}\`;\n/** Yes. */\n${END}`, 'Yes.'],
  ['is in a comment', `// /** no */ export default\n/* export default */\n/** Yes. */\n${END}`, 'Yes.'],
  ['comes after a regular expression', `const a = z.string().regex(/["'\`/*]/);\n/** Yes. */\n${END}`, 'Yes.'],
  ['comes after a class with a slash', `const a = [/[/'"]\\//g, 1];\n/** Yes. */\n${END}`, 'Yes.'],
  ['comes after divisions', `const a = (b) / c / 2; const d = a[0] / e; // '\n/** Yes. */\n${END}`, 'Yes.'],
  ['comes after an apostrophe in a comment', `// it's\n/* it's */\n/** It's fine. */\n${END}`, "It's fine."],
  ['is in a file that does not end', `/** Says hello. */ export default \`unfinished`, 'Says hello.'],
  ['is in a file without default export', `/** no */ export const a = 1;`, undefined],
  ['is in an empty file', '', undefined],
])('the doc comment that %s', (_, source, text) => {
  expect(docCommentOfDefaultExport(source)).toBe(text);
});
