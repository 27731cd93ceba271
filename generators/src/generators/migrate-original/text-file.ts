import type { Tree } from '../../nx/devkit';

/** What a file that has to do with the original says somewhere. */
const NAMES = ['pixl-ipc', 'PixlIPCClient', 'IPCServer'] as const;

/**
 * Reads a file that has to do with the original, and loses no byte of it.
 *
 * @returns its text; 'not UTF-8' where decoding would lose something; undefined for any other file, and for binary ones
 */
export function readNamingOriginal(tree: Tree, path: string): { readonly text: string } | 'not UTF-8' | undefined {
  const bytes = tree.read(path);
  if (bytes === null || !NAMES.some((name) => bytes.includes(name))) return undefined;
  const text = decoded(bytes);
  if (text !== undefined) return { text };
  return bytes.includes(0) ? undefined : 'not UTF-8';
}

/** The text of a file, to the byte; undefined where there is no file, or decoding would lose something. */
export function textOf(tree: Tree, path: string): string | undefined {
  const bytes = tree.read(path);
  return bytes === null ? undefined : decoded(bytes);
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
