import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

const SCHEMAS = join(__dirname, '../../schemas');
const SECTION = /(<!-- options: ([a-z-]+) -->\n)[^]*?(<!-- \/options -->)/g;

interface Schema {
  readonly description: string;
  readonly examples?: readonly { readonly command: string; readonly description: string }[];
  readonly properties: Readonly<Record<string, Option>>;
  readonly required: readonly string[];
}

interface Option {
  readonly description: string;
  readonly default?: string | boolean;
  readonly $default?: { readonly $source: string };
  readonly 'x-priority'?: string;
}

/**
 * A page of the documentation with the options of generators as their schemas have them, between
 * `<!-- options: <generator> -->` and `<!-- /options -->`. The rest of the page stays as it is.
 */
export async function withOptionTables(page: string, path: string): Promise<string> {
  const filled = page.replace(
    SECTION,
    (_, begin: string, generator: string, end: string) => `${begin}\n${sectionOf(generator)}\n${end}`,
  );
  return format(filled, { ...(await resolveConfig(path)), filepath: path });
}

function sectionOf(generator: string): string {
  const schema = JSON.parse(readFileSync(join(SCHEMAS, `${generator}.json`), 'utf8')) as Schema;
  const examples = (schema.examples ?? []).map(({ command, description }) => `${command}    # ${description}`);
  return [`### ${generator}`, schema.description, `\`\`\`sh\n${examples.join('\n')}\n\`\`\``, optionTable(schema)].join(
    '\n\n',
  );
}

function optionTable({ properties, required }: Schema): string {
  const options = Object.entries(properties).filter(([, option]) => option['x-priority'] !== 'internal');
  if (options.length === 0) return '';
  const rows = options.map(([name, option]) => {
    const label = option.$default?.$source === 'argv' ? `\`<${name}>\`` : `\`--${name}\``;
    return `| ${label}${required.includes(name) ? ', required' : ''} | ${meaning(option)} |`;
  });
  return ['| option | meaning |', '| --- | --- |', ...rows].join('\n');
}

function meaning({ description, default: value }: Option): string {
  const text = description.replaceAll('|', '\\|');
  return value === undefined || value === false ? text : `${text} Default: \`${String(value)}\`.`;
}
