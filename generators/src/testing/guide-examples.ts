import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PAGE = join(__dirname, '../../../docs/guides/generated-clients.md');

/** The examples of the guide in a language: calls first, then the fake. They use the client of `orders.ts`. */
export async function guideExamples(language: 'php' | 'ts'): Promise<string[]> {
  const page = await readFile(PAGE, 'utf8');
  return [...page.matchAll(new RegExp(`\\n\`\`\`${language}\\n([^]*?)\`\`\`\\n`, 'g'))].map(([, text = '']) => text);
}
