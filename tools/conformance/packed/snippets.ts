import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

const ROOT = resolve(__dirname, '../../..');

/** As a fence of the documentation names it. */
export type Language = 'js' | 'ts' | 'json' | 'php' | 'sh';

/** The code blocks of one language on a page of the documentation, in their order. */
export async function snippets(page: string, language: Language): Promise<string[]> {
  const text = await readFile(resolve(ROOT, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code]) => code ?? '');
}

/** The one snippet of a page that holds the given text. */
export async function snippet(page: string, text: string, language: Language = 'sh'): Promise<string> {
  const found = (await snippets(page, language)).filter((code) => code.includes(text));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} snippets in ${language} with ${text}`);
  return found[0] ?? '';
}

/** A snippet as it runs in a test: its example paths, users and groups are not this machine's. */
export function atPath(code: string, socketPath: string): string {
  return code
    .replaceAll('/run/myapp/ipc.sock', socketPath)
    .replace(/^ *"socket_(chmod|group)": .*\n/gm, '')
    .replace(/,(\s*})/g, '$1');
}
