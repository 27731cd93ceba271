import { contractError } from '../contract-error';
import type { JsonSchema } from './json-schema';
import type { Schema, SchemaDocs } from './schema';

const DOCS: ReadonlySet<string> = new Set([
  'description',
  'deprecated',
  'default',
  'examples',
] satisfies (keyof SchemaDocs)[]);

/** What a JSON Schema says to people. */
export function docsOf(schema: JsonSchema, at: string): SchemaDocs {
  const { description, deprecated, examples } = schema;
  return {
    ...(typeof description === 'string' && description.trim() !== '' ? { description: description.trim() } : {}),
    ...(deprecated === true ? { deprecated } : {}),
    ...('default' in schema ? { default: jsonOf(schema.default, `${at}/default`) } : {}),
    ...(Array.isArray(examples) ? { examples: jsonOf(examples, `${at}/examples`) as unknown[] } : {}),
  };
}

/** The schema without what it says to people. Its children keep theirs. */
export function withoutDocs(schema: Schema): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => !DOCS.has(keyword)));
}

function jsonOf(value: unknown, at: string): unknown {
  try {
    return JSON.parse(JSON.stringify(value)) as unknown;
  } catch (cause) {
    throw contractError(at, `has no JSON: ${String(cause)}`, 'give JSON data');
  }
}
