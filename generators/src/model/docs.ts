import type { Schema } from '@pixl-ipc/contract';
import { isInstantSchema } from './instant';

/** What a type or a property says to people. Any text may stand in it. */
export interface DocsModel {
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** What no type can say, in words: `at least 1`, `at most 64 characters`. */
  readonly limits: readonly string[];
  /** JSON of what the daemon fills in. */
  readonly default: string | undefined;
  /** Each as JSON. */
  readonly examples: readonly string[];
}

/** Of a schema. What it refers to has docs of its own. */
export function docsOf(schema: Schema): DocsModel {
  const { description = '', deprecated = false, examples = [] } = schema;
  return {
    description: description.trim() === '' ? undefined : description,
    deprecated,
    limits: limitsOf(schema),
    default: schema.default !== undefined ? JSON.stringify(schema.default) : undefined,
    examples: examples.map((example) => JSON.stringify(example)),
  };
}

/** The schema without what it says to people in words of its own. */
export function withoutDocs(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !DOCS.has(keyword)));
}

const DOCS: ReadonlySet<string> = new Set(['description', 'deprecated', 'default', 'examples']);

/** How limits are put into words, in the order in which they are said. */
const LIMITS: readonly (readonly [keyword: string, say: (value: string) => string])[] = [
  ['format', (format) => `format ${format}`],
  ['pattern', (pattern) => `matches ${pattern}`],
  ['contentEncoding', (encoding) => `encoded as ${encoding}`],
  ['contentMediaType', (type) => `of type ${type}`],
  ['minimum', (least) => `at least ${least}`],
  ['exclusiveMinimum', (bound) => `more than ${bound}`],
  ['maximum', (most) => `at most ${most}`],
  ['exclusiveMaximum', (bound) => `less than ${bound}`],
  ['multipleOf', (step) => `a multiple of ${step}`],
  ['minLength', (least) => `at least ${counted(least, 'character')}`],
  ['maxLength', (most) => `at most ${counted(most, 'character')}`],
  ['minItems', (least) => `at least ${counted(least, 'item')}`],
  ['maxItems', (most) => `at most ${counted(most, 'item')}`],
  ['uniqueItems', () => 'no item twice'],
  ['minProperties', (least) => `at least ${counted(least, 'key')}`],
  ['maxProperties', (most) => `at most ${counted(most, 'key')}`],
];

function limitsOf(schema: Schema): string[] {
  const said = unsaidKeywords(schema);
  return LIMITS.flatMap(([keyword, say]) => {
    const value = said[keyword];
    return typeof value === 'string' || typeof value === 'number' || value === true ? [say(String(value))] : [];
  });
}

/** What neither the type says nor another keyword: an instant is a type of its own, and zod spells formats out as patterns. */
function unsaidKeywords(schema: Schema): Readonly<Record<string, unknown>> {
  const { format, pattern, ...others } = schema as Readonly<Record<string, unknown>>;
  if (isInstantSchema(schema)) return others;
  const isSpelledOut = format !== undefined && format !== 'date-time' && String(pattern).length > MAX_PATTERN;
  return { format, ...(isSpelledOut ? {} : { pattern }), ...others };
}

/** A pattern beside a format that is longer spells the format out: nobody reads it. */
const MAX_PATTERN = 40;

function counted(count: string, what: string): string {
  return `${count} ${what}${count === '1' ? '' : 's'}`;
}
