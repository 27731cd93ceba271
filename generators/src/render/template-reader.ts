import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside `src` and `dist`, so the way to it is the same from both. */
const TEMPLATES = join(__dirname, '../../templates');

/**
 * Gives the text of a template by its name, `typescript-client/types.ts.hbs`; undefined where it has none of its own and
 * that of this package is to be used. A workspace overrides templates file by file with one.
 */
export type ReadTemplate = (name: string) => string | undefined;

/** The text of a template of this package. */
export function builtInTemplate(name: string): string {
  return readFileSync(join(TEMPLATES, name), 'utf8');
}
