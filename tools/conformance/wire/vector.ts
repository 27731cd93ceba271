import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes sent to the original, and what it sent back. */
export interface Vector {
  readonly name: string;
  readonly send: string;
  readonly receive: string;
  /** Where this project does better on purpose. */
  readonly deviation?: string;
}

export const VECTORS_FILE = join(__dirname, '../vectors/v1.ndjson');

export const VECTORS: readonly Vector[] = readFileSync(VECTORS_FILE, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Vector);
