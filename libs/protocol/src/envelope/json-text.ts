import { longTextJson, wellFormedJson } from '../json/long-text-json';
import { paysToLook } from '../json/plain-text';

const write = paysToLook(process.versions.v8) ? longTextJson : wellFormedJson;

/**
 * Data → JSON text that every peer can read, or undefined where JSON has nothing for it (undefined, a function).
 * Lone surrogates, which PHP refuses a whole message for, become U+FFFD.
 *
 * @throws TypeError if data is circular, holds a BigInt, or a `toJSON` throws; RangeError if it is nested too deep
 */
export function jsonText(data: unknown): string | undefined {
  return write(data);
}

/** What is wrong with data of which {@link jsonText} makes nothing. */
export function noJsonForm(data: unknown): string {
  if (data === undefined) return 'JSON has no form for nothing';
  // An object has one unless its toJSON takes it away.
  return `JSON has no form for ${typeof data === 'object' ? 'an object whose toJSON gives none' : `a ${typeof data}`}`;
}
