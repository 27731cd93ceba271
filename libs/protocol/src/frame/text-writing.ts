import type { Writable } from 'node:stream';
import type { BlockList } from './block-list';

/**
 * Up to so many characters text is the fastest to write as it is: Node encodes it on its stack. Longer text would be given
 * three bytes a character, for as long as the kernel does not take it.
 */
export const TEXT_CHARS = Math.floor(16_384 / 3);

/**
 * Writes what the list holds, which must not be touched until the stream has passed it on. Returns false where the stream
 * has more than it wants, or is over; true says nothing.
 */
export function writeBlocks(stream: Writable, list: BlockList): boolean {
  const pieces = list.pieces();
  if (pieces.length > 1) stream.cork();
  let isTaken = true;
  for (const piece of pieces) isTaken = stream.write(piece);
  if (pieces.length > 1) stream.uncork();
  return isTaken;
}
