import { posix } from 'node:path';
import { lineAt, type LeftToDo, type Migration } from './left-to-do';

/** What PHP code is in. */
export const PHP = /\.(?:php|phtml|inc)$/;

const CLASS_FILE = /PixlIPCClient\.class\.php/g;
/** `require_once __DIR__ . '/…/PixlIPCClient.class.php';` in its usual spellings. */
const REQUIRE =
  /\b(?:require|include)(?:_once)?\b\s*\(?\s*(?:(?:__DIR__|dirname\s*\(\s*__FILE__\s*\))\s*\.\s*)?(['"])[^'"\n]*PixlIPCClient\.class\.php\1\s*\)?\s*;/g;
const CLASS = /^\s*class\s+PixlIPCClient\b/m;

/**
 * Moves PHP that requires the original's class over: Composer finds the class now.
 *
 * @param path Of the file, seen from the workspace.
 * @param composerRoot The folder of the composer.json above the file; undefined if there is none.
 */
export function migratePhp(text: string, path: string, composerRoot: string | undefined): Migration {
  const copy = CLASS.exec(text);
  if (copy !== null) {
    const what = 'is a copy of the original class; delete it when nothing requires it';
    return { text, left: [{ path, line: lineAt(text, copy.index + copy[0].indexOf('class')), what }] };
  }
  if (composerRoot === undefined) {
    const remedy = 'run "composer require pixl-ipc/client" and require vendor/autoload.php';
    return {
      text,
      left: mentions(text, path, `requires the original class without a composer.json above it; ${remedy}`),
    };
  }
  const autoload = posix.relative(posix.dirname(path), posix.join(composerRoot, 'vendor/autoload.php'));
  const migrated = text.replace(REQUIRE, `require_once __DIR__ . '/${autoload}';`);
  const what = `requires the original class in a way that was not understood; require ${autoload} in its place`;
  return { text: migrated, left: mentions(migrated, path, what) };
}

function mentions(text: string, path: string, what: string): LeftToDo[] {
  return [...text.matchAll(CLASS_FILE)].map(({ index }) => ({ path, line: lineAt(text, index), what }));
}
