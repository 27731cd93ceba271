import { posix } from 'node:path';
import { parseJson } from '../nx/devkit';

/** The file in which a project registers the daemons that it calls. */
export const IPC_CONFIG = 'ipc.json';

interface AnyClientEntry {
  /** Name of the daemon's project. */
  readonly daemon: string;
  /** Folder of the generated files, seen from the project's. */
  readonly output: string;
  /** What the client is of, in PascalCase. Default: the daemon's name. */
  readonly name?: string;
}

export interface TypeScriptClientEntry extends AnyClientEntry {
  readonly language: 'typescript';
  /** What imports between the generated files end in. Default `.js`. */
  readonly importExtension?: ImportExtension;
}

export interface PhpClientEntry extends AnyClientEntry {
  readonly language: 'php';
  /** Of the generated classes, as composer.json maps the output folder. */
  readonly namespace: string;
}

/** One daemon that a project calls. */
export type ClientEntry = TypeScriptClientEntry | PhpClientEntry;

export interface IpcConfig {
  /** Each with an output folder of its own, which no other's lies in. */
  readonly clients: readonly ClientEntry[];
}

const IMPORT_EXTENSIONS = ['', '.js', '.ts'] as const;
export type ImportExtension = (typeof IMPORT_EXTENSIONS)[number];

const CONFIG_KEYS = ['$schema', 'clients'];
const ENTRY_KEYS = ['daemon', 'language', 'output', 'name'];
const LANGUAGE_KEYS = { typescript: ['importExtension'], php: ['namespace'] } as const;
const NAMESPACE = /^[A-Za-z_]\w*(\\[A-Za-z_]\w*)*$/;
const CLIENT_NAME = /^[A-Z][A-Za-z0-9]*$/;

/**
 * Reads an ipc.json.
 *
 * @param path Where the text is from, for messages.
 * @throws Error naming the file, the key, what is wrong and the remedy
 * @see docs/guides/nx.md#ipcjson
 */
export function parseIpcConfig(text: string, path: string): IpcConfig {
  const config = objectOf(jsonOf(text, path), path, 'the file');
  assertKeys(config, CONFIG_KEYS, path, 'the file');
  if (!Array.isArray(config.clients)) throw configError(path, 'clients', 'is no list', 'write "clients": []');
  const clients = config.clients.map((entry, index) => entryOf(entry, path, `clients[${index}]`));
  for (const [index, { output }] of clients.entries()) {
    const other = clients.findIndex((client, at) => at !== index && isWithin(client.output, output));
    if (other === -1) continue;
    const reason = `${JSON.stringify(output)} lies in the output of clients[${other}]`;
    throw configError(path, `clients[${index}].output`, reason, 'give each client a folder of its own');
  }
  return { clients };
}

/** Whether a file that happens to be called ipc.json is somebody else's: JSON, but without a list of `clients`. */
export function isForeignConfig(text: string): boolean {
  try {
    const { clients } = (jsonOf(text, IPC_CONFIG) ?? {}) as { readonly clients?: unknown };
    return !Array.isArray(clients);
  } catch {
    return false;
  }
}

/** The clients of an ipc.json; none where it is foreign or malformed, so that the graph of a workspace can be made. */
export function readableClients(text: string): readonly ClientEntry[] {
  try {
    return parseIpcConfig(text, IPC_CONFIG).clients;
  } catch {
    return [];
  }
}

/**
 * Checks an entry that was made of a generator's options, which its keys are called after.
 *
 * @throws Error naming the option, what is wrong and the remedy
 */
export function entryOfOptions(entry: ClientEntry): ClientEntry {
  return entryOf(entry, IPC_CONFIG, 'the client', (key) => `--${key}`);
}

/** @param nameOf What a key of the entry is called in messages. */
function entryOf(
  value: unknown,
  path: string,
  at: string,
  nameOf = (key: string) => `${path}: ${at}.${key}`,
): ClientEntry {
  const { language, ...entry } = objectOf(value, path, at);
  if (language !== 'typescript' && language !== 'php') throw mistake('language', language, '"typescript" or "php"');
  assertKeys(entry, [...ENTRY_KEYS, ...LANGUAGE_KEYS[language]], path, at);
  const { daemon, output, name, importExtension, namespace } = entry;
  if (typeof daemon !== 'string' || daemon === '') throw mistake('daemon', daemon, "the name of the daemon's project");
  if (!isOutput(output)) {
    throw mistake('output', output, 'a folder of its own inside the project, e.g. "src/orders-client"');
  }
  if (name !== undefined && !isMatch(name, CLIENT_NAME)) throw mistake('name', name, 'a name in PascalCase');
  const common = { daemon, output: normalized(output), ...(name !== undefined && { name }) };
  if (language === 'typescript') {
    if (importExtension === undefined) return { language, ...common };
    if (isImportExtension(importExtension)) return { language, ...common, importExtension };
    throw mistake('importExtension', importExtension, '"", ".js" or ".ts"');
  }
  if (isMatch(namespace, NAMESPACE)) return { language, ...common, namespace };
  throw mistake('namespace', namespace, 'a PHP namespace, e.g. "App\\\\Orders"');

  function mistake(key: string, actual: unknown, wanted: string): Error {
    return new Error(`${nameOf(key)} is ${JSON.stringify(actual)}; write ${wanted}`);
  }
}

function isOutput(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const folder = normalized(value);
  return folder !== '.' && !folder.startsWith('..') && !posix.isAbsolute(folder);
}

function normalized(folder: string): string {
  return posix.normalize(folder).replace(/\/$/, '');
}

function isWithin(outer: string, inner: string): boolean {
  return inner === outer || inner.startsWith(`${outer}/`);
}

function isMatch(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}

function isImportExtension(value: unknown): value is ImportExtension {
  return (IMPORT_EXTENSIONS as readonly unknown[]).includes(value);
}

function jsonOf(text: string, path: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new Error(`${path} is no JSON: ${(cause as Error).message}`, { cause });
  }
}

function objectOf(value: unknown, path: string, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw configError(path, at, 'is no object', 'write { … }');
}

function assertKeys(object: object, known: readonly string[], path: string, at: string): void {
  const stranger = Object.keys(object).find((key) => !known.includes(key));
  if (stranger === undefined) return;
  throw configError(path, at, `has the unknown key ${JSON.stringify(stranger)}`, `known are ${known.join(', ')}`);
}

function configError(path: string, at: string, reason: string, remedy: string): Error {
  return new Error(`${path}: ${at} ${reason}; ${remedy}`);
}
