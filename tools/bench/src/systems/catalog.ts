import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from './system';

/** The workspace's root, from `dist` as well as from `src`. */
export const ROOT = join(__dirname, '../../../..');

/** What a run is told that decides which systems there are. */
export interface CatalogWishes {
  /** Where the original package is installed. */
  readonly original?: string | undefined;
}

interface Listed {
  /** What the command line and JSON call it. */
  readonly name: string;
  /** What tables and charts call it. */
  readonly title: string;
  /** The system that its figures are ratios to. */
  readonly floor: string;
  /** The curves of growth that it is measured for. */
  readonly curves?: readonly string[];
  /** Why it cannot take part, or undefined. */
  readonly missing?: (wishes: CatalogWishes) => string | undefined;
}

/** A system of Node.js; the packages behind it are loaded where it runs. */
export interface NodeEntry extends Listed {
  readonly load: (wishes: CatalogWishes) => Promise<System>;
}

/** A client in PHP, which makes one call at a time, and the server of another entry. */
export interface PhpEntry extends Listed {
  readonly server: string;
  /** A file of `tools/bench/php/clients`. */
  readonly client: string;
}

export type CatalogEntry = NodeEntry | PhpEntry;

/** Every system, in the order of tables. To add one: a file beside this one, and its line here. */
export const CATALOG: readonly CatalogEntry[] = [
  {
    name: 'pixl-ipc',
    curves: ['connections', 'endpoints', 'size', 'in flight'],
    title: 'pixl-ipc',
    floor: 'floor',
    load: async () => (await import('./pixl-ipc.js')).system,
  },
  {
    name: 'pixl-ipc-original-api',
    curves: ['connections', 'endpoints', 'size', 'in flight'],
    title: 'pixl-ipc, original API',
    floor: 'floor',
    load: async () => (await import('./pixl-ipc-original-api.js')).system,
  },
  {
    name: 'floor',
    // Not the sizes: joining its chunks is quadratic, 15 MB take it the better part of a minute.
    curves: ['connections', 'in flight'],
    title: 'naive: net + JSON',
    floor: 'floor',
    load: async () => (await import('./floor.js')).system,
  },
  {
    name: 'raw-net',
    title: 'raw bytes through net',
    floor: 'floor',
    load: async () => (await import('./raw-net.js')).system,
  },
  {
    name: 'original',
    curves: ['connections', 'endpoints', 'in flight'],
    title: 'original pixl-ipc',
    floor: 'floor',
    load: async ({ original = '' }) => (await import('./original.js')).originalIn(original),
    missing: ({ original }) => (original === undefined ? 'give its folder by --original' : undefined),
  },
  {
    name: 'node-ipc',
    title: 'node-ipc',
    floor: 'floor',
    load: async () => (await import('./node-ipc.js')).system,
  },
  {
    name: 'zeromq',
    title: 'zeromq (native)',
    floor: 'floor',
    load: async () => (await import('./zeromq.js')).system,
  },
  {
    name: 'vscode-jsonrpc',
    title: 'vscode-jsonrpc',
    floor: 'floor',
    load: async () => (await import('./vscode-jsonrpc.js')).system,
  },
  {
    name: 'grpc-js',
    title: '@grpc/grpc-js',
    floor: 'floor',
    load: async () => (await import('./grpc-js.js')).system,
  },
  {
    name: 'fastify-undici',
    title: 'fastify + undici',
    floor: 'floor',
    load: async () => (await import('./fastify-undici.js')).system,
  },
  {
    name: 'php-pixl-ipc',
    title: 'pixl-ipc from PHP',
    floor: 'php-floor',
    server: 'pixl-ipc',
    client: 'pixl-ipc',
    missing: () => (existsSync(join(ROOT, 'php/src/Client.php')) ? phpMissing() : 'there is no php/src/Client.php yet'),
  },
  {
    name: 'php-floor',
    title: 'naive PHP: fwrite, fgets',
    floor: 'php-floor',
    server: 'floor',
    client: 'naive',
    missing: phpMissing,
  },
];

/** The entry of that name. @throws Error if there is none */
export function entryNamed(name: string): CatalogEntry {
  const entry = CATALOG.find((listed) => listed.name === name);
  if (!entry)
    throw new Error(`no system is called ${name}; there are ${CATALOG.map((listed) => listed.name).join(', ')}`);
  return entry;
}

/** The Node.js entry of that name. @throws Error if there is none */
export function nodeEntryNamed(name: string): NodeEntry {
  const entry = entryNamed(name);
  if (!('load' in entry)) throw new Error(`${name} has a client in PHP only`);
  return entry;
}

function phpMissing(): string | undefined {
  return spawnSync('php', ['-v']).status === 0 ? undefined : 'php is not installed';
}
