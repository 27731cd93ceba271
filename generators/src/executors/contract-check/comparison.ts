import type { Finding } from '@pixl-ipc/contract';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { extname, join } from 'node:path';
import { sourceConditions } from '../../workspace/source-conditions';

/** Two versions of a contract document, as their files have them. */
export interface Versions {
  /** The workspace's folder. */
  readonly root: string;
  readonly older: string;
  readonly newer: string;
}

/**
 * What differs between two versions of a contract, found by the contract library in a process of its own.
 *
 * @throws Error with what the library says, if a document cannot be read
 */
export async function compareDocuments({ root, older, newer }: Versions): Promise<readonly Finding[]> {
  const program = join(__dirname, `comparison-program${extname(__filename)}`);
  const conditions = sourceConditions(root).map((condition) => `--conditions=${condition}`);
  const child = spawn(process.execPath, [...conditions, '--import', 'tsx', program], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(JSON.stringify({ older, newer }));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  const [status, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (status !== 0) throw new Error(`the documents cannot be compared: ${errors.trim()}`);
  return JSON.parse(output) as readonly Finding[];
}
