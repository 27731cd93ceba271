import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json';

/** 48 bits: enough to tell two versions of one contract apart, short enough to travel with every call. */
const HASH_CHARS = 12;

/**
 * Hash of a contract, or of any plain data: the first 12 hexadecimal characters of the SHA-256 of its
 * {@link canonicalJson} in UTF-8. Equal data hash equally whatever the order of their keys.
 *
 * @throws TypeError if data has no canonical form
 */
export function contractHash(data: unknown): string {
  return createHash('sha256').update(canonicalJson(data), 'utf8').digest('hex').slice(0, HASH_CHARS);
}
