import type { Writable } from 'node:stream';
import type { BlockList } from './block-list';

/** Longer text is not written from Node's stack but from memory set aside for it: three bytes a character as UTF-8. */
const STACK_CHARS = 16_384 / 3;
/** From here on blocks are as fast as text. */
const BLOCKS_CHARS = 64 * 1024;

/** What text is handed to a socket as; undefined where bytes in blocks at hand ({@link writeBlocks}) take less memory. */
export function directEncoding(text: string): 'utf8' | 'latin1' | undefined {
  if (text.length <= STACK_CHARS) return 'utf8';
  return text.length < BLOCKS_CHARS && Buffer.byteLength(text) === text.length ? 'latin1' : undefined;
}

/** Writes what the list holds, at once where the stream takes it. The list must not be touched before `done`. */
export function writeBlocks(stream: Writable, list: BlockList, done: (error?: Error | null) => void): void {
  const pieces = list.pieces();
  const last = pieces.pop();
  stream.cork();
  for (const piece of pieces) stream.write(piece);
  stream.write(last ?? '', done);
  stream.uncork();
}
