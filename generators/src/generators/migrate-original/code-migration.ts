import type { Uses } from './manifest-migration';
import { moduleFor } from './original-modules';

/** What became of a file, and what it uses of pixl-ipc, if anything. */
export interface CodeMigration {
  readonly text: string;
  readonly uses: Uses | undefined;
}

/** What JavaScript and TypeScript are in. */
export const CODE = /\.[cm]?[jt]sx?$/;

const SPECIFIER =
  /(\brequire(?:\.resolve)?\s*\(\s*|\bfrom\s*|\bimport\s*\(\s*|\bimport\s*)(['"`])((?:[^'"`\\\n]*\/node_modules\/)?pixl-ipc(?:\/[^'"`\\\n]*)?)\2/g;
/** How a line of a comment begins, up to what stands in it. A `//` in a string has no space before it. */
const COMMENT = /^\s*(?:\/?\*|\/\/)|\s\/\//;

/** Moves JavaScript or TypeScript over: changes what it imports, and leaves comments alone. */
export function migrateCode(text: string): CodeMigration {
  const imported = new Set<string>();
  const migrated = text.replace(SPECIFIER, (whole, before: string, quote: string, given: string, index: number) => {
    const specifier = moduleFor(given);
    if (specifier === undefined || isInComment(text, index)) return whole;
    imported.add(specifier);
    return `${before}${quote}${specifier}${quote}`;
  });
  return { text: migrated, uses: imported.size === 0 ? undefined : { component: imported.has('pixl-ipc') } };
}

function isInComment(text: string, index: number): boolean {
  return COMMENT.test(text.slice(text.lastIndexOf('\n', index - 1) + 1, index));
}
