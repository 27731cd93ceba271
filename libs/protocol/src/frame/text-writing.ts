import type { Writable } from 'node:stream';
import type { BlockList } from './block-list';

/**
 * Up to so many characters text is the fastest to write as it is: Node encodes it on its stack. Longer text would be given
 * three bytes a character, for as long as the kernel does not take it.
 */
export const TEXT_CHARS = Math.floor(16_384 / 3);

/** Writes what the list holds, which must not be touched until the stream has passed it on. */
export function writeBlocks(stream: Writable, list: BlockList): void {
  const pieces = list.pieces();
  if (pieces.length > 1) stream.cork();
  for (const piece of pieces) stream.write(piece);
  if (pieces.length > 1) stream.uncork();
}
