import { builtinModules } from 'node:module';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { arrows } from '../arrows.mjs';
import { ROOT, publishedPackages, readManifest, readText } from './repository.ts';

/** What a published package may ask for beyond our own packages, and how. Add here only with a line in docs/dependencies.md. */
const ALLOWED = {
  dependencies: { 'pixl-ipc': ['handlebars'] },
  optionalDependencies: { '@pixl-ipc/credentials': ['koffi'] },
  peerDependencies: {
    '@pixl-ipc/contract': ['zod'],
    '@pixl-ipc/component': ['pixl-server'],
    '@pixl-ipc/opentelemetry': ['@opentelemetry/api'],
    'pixl-ipc': ['@nx/devkit', '@nx/js', 'nx', 'pixl-server', 'zod'],
  },
} satisfies Record<string, Record<string, string[]>>;
const KINDS = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

const packages = publishedPackages();
const versions = new Map([...packages.values()].map(({ name, version }) => [name, version]));
const scopeOf = (name: string) => name.replace('@pixl-ipc/', '');

describe.each([...packages.entries()])('the published package in %s', (root, manifest) => {
  it('depends on nothing outside the allow list', () => {
    const strangers = KINDS.flatMap((kind) => {
      const allowed = (ALLOWED[kind] as Record<string, string[]>)[manifest.name] ?? [];
      return Object.keys(manifest[kind] ?? {}).filter((name) => !versions.has(name) && !allowed.includes(name));
    });
    expect(strangers).toEqual([]);
  });

  it('depends on our own packages along the arrows, each in its exact version', () => {
    const own = KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {})).filter(([name]) => versions.has(name));
    const along = arrows[scopeOf(manifest.name)] ?? [];
    expect(own.filter(([name, range]) => !along.includes(scopeOf(name)) || range !== versions.get(name))).toEqual([]);
  });

  it('makes every peer optional', () => {
    const peers = Object.keys(manifest.peerDependencies ?? {});
    expect(peers.filter((name) => manifest.peerDependenciesMeta?.[name]?.optional !== true)).toEqual([]);
  });

  it('declares everything that its built files import', () => {
    const declared = new Set(KINDS.flatMap((kind) => Object.keys(manifest[kind] ?? {})));
    const sources = builtFiles(root);
    const undeclared = sources.flatMap((path) =>
      ts
        .preProcessFile(readText(path))
        .importedFiles.map(({ fileName }) => fileName)
        .filter((name) => !name.startsWith('.') && !name.startsWith('node:') && !declared.has(packageOf(name)))
        .map(
          (name) => `${path} imports ${name}${builtinModules.includes(name) ? ', which is written node:' + name : ''}`,
        ),
    );
    expect(undeclared).toEqual([]);
  });
});

describe('docs/dependencies.md', () => {
  it('has one line for each package of others that we depend on, and for no other', () => {
    const manifests = [readManifest('.'), readManifest('tools/bench'), ...packages.values()];
    const foreign = manifests.flatMap((manifest) =>
      [...KINDS, 'devDependencies' as const].flatMap((kind) => Object.keys(manifest[kind] ?? {})),
    );
    const wanted = [...new Set([...foreign, ...composerPackages()])].filter((name) => !versions.has(name)).sort();
    const lines = [...readText('docs/dependencies.md').matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
    expect(lines.sort()).toEqual(wanted);
  });
});

/** What the Composer package depends on, beside PHP itself. */
function composerPackages(): string[] {
  const { require: used, 'require-dev': tools } = JSON.parse(readText('php/composer.json')) as {
    readonly require: Readonly<Record<string, string>>;
    readonly 'require-dev': Readonly<Record<string, string>>;
  };
  return Object.keys({ ...used, ...tools }).filter((name) => name.includes('/'));
}

/** What `build` compiles, and npm publishes with the package. */
function builtFiles(root: string): string[] {
  const config = ts.readConfigFile(join(ROOT, root, 'tsconfig.lib.json'), (path) => ts.sys.readFile(path))
    .config as unknown;
  const { fileNames } = ts.parseJsonConfigFileContent(config, ts.sys, join(ROOT, root));
  return fileNames.map((path) => relative(ROOT, path));
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
