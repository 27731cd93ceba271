import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const PACKAGE = join(__dirname, '../..');
const readJson = (path: string) => JSON.parse(readFileSync(join(PACKAGE, path), 'utf8')) as Record<string, unknown>;

interface Entry {
  readonly factory?: string;
  readonly implementation?: string;
  readonly schema: string;
}
const { generators } = readJson('generators.json') as { generators: Readonly<Record<string, Entry>> };
const { executors } = readJson('executors.json') as { executors: Readonly<Record<string, Entry>> };
const entries = [...Object.entries(generators), ...Object.entries(executors)];
const sourceOf = (path: string) => resolve(PACKAGE, path.replace(/^\.\/dist\//, 'src/')).replace(/(\.ts)?$/, '.ts');

describe.each(entries)('%s, as Nx finds it,', (_, { factory, implementation, schema: schemaPath }) => {
  test('is a function behind a file that is there', async () => {
    const module = (await import(sourceOf(factory ?? implementation ?? ''))) as { readonly default: unknown };
    expect(module.default).toBeTypeOf('function');
  });

  test('says what it is for and what every option means, and refuses what it does not know', () => {
    const schema = readJson(schemaPath) as {
      title: string;
      description: string;
      examples?: { command: string }[];
      additionalProperties: boolean;
      properties: Readonly<Record<string, { type: string; description: string }>>;
      required: string[];
    };
    expect(schema.additionalProperties).toBe(false);
    expect(schema.title).not.toBe('');
    expect(schema.description).toMatch(/\.$/);
    if (factory !== undefined) expect(schema.examples?.map(({ command }) => command.slice(0, 3))).toContain('nx ');
    for (const [option, { type, description }] of Object.entries(schema.properties)) {
      expect([option, type, description]).toEqual([option, expect.any(String), expect.stringMatching(/[.)]$/)]);
    }
    expect(schema.required.filter((option) => !Object.hasOwn(schema.properties, option))).toEqual([]);
  });
});

test('what Nx loads imports no library of this workspace, and of others only what it has itself', () => {
  const roots = entries.map(([, { factory, implementation }]) => sourceOf(factory ?? implementation ?? ''));
  const imports = packagesBehind([join(PACKAGE, 'src/plugin/index.ts'), ...roots]);
  expect([...imports.keys()].filter((name) => !name.startsWith('node:')).sort()).toEqual(['handlebars']);
});

test('the plugin, which every command of Nx loads, imports no package at all', () => {
  const imports = packagesBehind([join(PACKAGE, 'src/plugin/index.ts')]);
  expect([...imports.keys()].filter((name) => !name.startsWith('node:'))).toEqual([]);
});

/** The packages that files import when they run, and by which file, whether directly or not. */
function packagesBehind(files: readonly string[]): ReadonlyMap<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    // Compiled, because types are imported from where they like.
    const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
      compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, isolatedModules: true },
    });
    for (const { fileName } of ts.preProcessFile(outputText, true, true).importedFiles) {
      if (!fileName.startsWith('.')) packages.set(fileName, relative(PACKAGE, file));
      else waiting.push(moduleFile(resolve(file, '..', fileName)));
    }
  }
  return packages;
}

function moduleFile(path: string): string {
  const file = [`${path}.ts`, join(path, 'index.ts')].find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`${path} is no module`);
  return file;
}
