import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DEFAULT_SERVER_LIMITS, resolveServerOptions } from './options';

const DOCS = join(__dirname, '../../../docs');
const LIMITS = Object.entries(DEFAULT_SERVER_LIMITS) as [string, number][];
const OTHERS = Object.entries(resolveServerOptions({})).filter(([name]) => !(name in DEFAULT_SERVER_LIMITS));
const UNITS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1024 ** 2 };

/** Rows of a page's tables: what stands in code in the first column → the second. */
function rows(page: string): Map<string, string> {
  const lines = readFileSync(join(DOCS, page), 'utf8').matchAll(/^\| (`[^|]+) *\| *([^|]*?) *\|/gm);
  return new Map(
    [...lines].flatMap(([, first = '', second = '']) =>
      [...first.matchAll(/`([^`]+)`(?: ([\d,]+))?/g)].map(([, key = '', own]) => [key, own ?? second] as const),
    ),
  );
}

/** `16 MiB`, `30,000`, `0 (off)` → the number. */
function amount(text: string | undefined): number {
  const [, digits = '', unit = ''] = /^([\d,]+)(?: (KiB|MiB))?/.exec(text ?? '') ?? [];
  return digits === '' ? NaN : Number(digits.replaceAll(',', '')) * (UNITS[unit] ?? 1);
}

/** As the component's config calls it. */
function configKey(option: string): string {
  return option.replace(/Ms$/, '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

it.each(LIMITS)('docs/limits.md has %s with its default, %d', (option, value) => {
  const table = rows('limits.md');
  expect(amount(table.get(option) ?? table.get(configKey(option)))).toBe(value);
});

it.each(OTHERS)('docs/guides/server.md has the option %s with its default, %o', (option, value) => {
  const said = rows('guides/server.md').get(option);
  if (typeof value === 'number') expect(Number(said)).toBe(value);
  else if (typeof value === 'boolean') expect(said).toBe(String(value));
  else if (value === undefined) expect(said).toBe('none');
  else expect(said).toMatch(/^(silent|all on)$/);
});
