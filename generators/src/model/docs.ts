import type { Schema } from '@pixl-ipc/contract';

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

function limitsOf(schema: Schema): string[] {
  // A time is a type of its own.
  const { format, ...others } = schema as Readonly<Record<string, unknown>>;
  const said = format === 'date-time' ? others : { format, ...others };
  const words: readonly [keyword: string, say: (value: string) => string][] = [
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
  return words.flatMap(([keyword, say]) => {
    const value = said[keyword];
    return typeof value === 'string' || typeof value === 'number' || value === true ? [say(String(value))] : [];
  });
}

function counted(count: string, what: string): string {
  return `${count} ${what}${count === '1' ? '' : 's'}`;
}
