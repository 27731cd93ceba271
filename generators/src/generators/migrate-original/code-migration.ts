import { lineAt, type LeftToDo, type Migration } from './left-to-do';
import type { Uses } from './manifest-migration';

/** What became of a file, and what it uses of pixl-ipc, if anything. */
export interface CodeMigration extends Migration {
  readonly uses: Uses | undefined;
}

/** The original's files that code imports, and where the same is in this package. */
const MODULES: readonly (readonly [RegExp, string])[] = [
  [/^(?:.*\/node_modules\/)?pixl-ipc\/client(?:\.js)?$/, 'pixl-ipc/client'],
  [/^(?:.*\/node_modules\/)?pixl-ipc(?:\/(?:ipc_server(?:\.js)?)?)?$/, 'pixl-ipc'],
];
const OWN_MODULES = /^pixl-ipc\/plugin$/;
const SPECIFIER =
  /(\brequire(?:\.resolve)?\s*\(\s*|\bfrom\s*|\bimport\s*\(\s*|\bimport\s*)(['"])((?:[^'"\\\n]*\/node_modules\/)?pixl-ipc(?:\/[^'"\\\n]*)?)\2/g;
const STRING_HANDLER = /\.addURIHandler\s*\(\s*(['"`])([^'"`\\\n]*)\1/g;
const REGEXP_CHARACTER = /[.*+?^$|()[\]{}]/;
const CONFIG = /(['"]?)\bIPCServer\1\s*:\s*\{/g;

/**
 * Moves JavaScript or TypeScript over. Changes what it imports, and finds what only its author can decide: a handler whose
 * string the original took for a RegExp, and a config in code that relied on the original's mode of the socket.
 *
 * @param path Of the file, seen from the workspace.
 */
export function migrateCode(text: string, path: string): CodeMigration {
  const left: LeftToDo[] = [];
  const imported = new Set<string>();
  const migrated = text.replace(SPECIFIER, (whole, before: string, quote: string, given: string, index: number) => {
    const [, specifier] = MODULES.find(([pattern]) => pattern.test(given)) ?? [];
    if (specifier === undefined) {
      if (!OWN_MODULES.test(given)) {
        left.push({ path, line: lineAt(text, index), what: `imports ${given}, which this package does not have` });
      }
      return whole;
    }
    imported.add(specifier);
    return `${before}${quote}${specifier}${quote}`;
  });
  if (imported.size === 0) return { text: migrated, left, uses: undefined };
  left.push(...stringHandlers(text, path), ...openConfigs(text, path));
  return { text: migrated, left, uses: { component: imported.has('pixl-ipc') } };
}

function stringHandlers(text: string, path: string): LeftToDo[] {
  return [...text.matchAll(STRING_HANDLER)]
    .filter(([, , uri = '']) => REGEXP_CHARACTER.test(uri))
    .map(({ index, 2: uri = '' }) => {
      const pattern = `/${uri.replaceAll('/', '\\/')}/`;
      const what = `the string ${JSON.stringify(uri)} is itself now, and no RegExp; write ${pattern} if it is meant as one`;
      return { path, line: lineAt(text, index), what };
    });
}

function openConfigs(text: string, path: string): LeftToDo[] {
  return [...text.matchAll(CONFIG)]
    .filter(({ index }) => !/socket_(chmod|group)/.test(blockAt(text, index)))
    .map(({ index }) => {
      const what =
        'relies on the mode 777 of the socket, which is 600 now; set "socket_group" and "socket_chmod": "660"';
      return { path, line: lineAt(text, index), what };
    });
}

/** From the index to the brace that closes the first one behind it. */
function blockAt(text: string, index: number): string {
  let depth = 0;
  for (let at = text.indexOf('{', index); at < text.length; at += 1) {
    if (text[at] === '{') depth += 1;
    if (text[at] === '}') depth -= 1;
    if (depth === 0) return text.slice(index, at);
  }
  return text.slice(index);
}
