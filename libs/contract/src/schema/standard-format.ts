import { contractHash } from '../contract-hash';

/** Formats that say what is allowed by their name alone: those of JSON Schema itself. */
const STANDARD_FORMATS: ReadonlySet<string> = new Set([
  ...['date-time', 'date', 'time', 'duration', 'email', 'idn-email', 'hostname', 'idn-hostname', 'ipv4', 'ipv6'],
  ...['uri', 'uri-reference', 'iri', 'iri-reference', 'uuid', 'uri-template', 'json-pointer', 'relative-json-pointer'],
  'regex',
]);

/**
 * The patterns that libraries write beside a format to which the user added nothing, each with the version that brought
 * it; by {@link contractHash}, as some have 1400 characters. One that is missing counts as the user's own: an update of
 * the library changes the hash then, and nothing is hidden.
 */
const OWN_PATTERNS: Readonly<Record<string, readonly string[]>> = {
  // zod 4.2 and 4.6, arktype 2.2
  email: ['d9d324653d7d', '4e7b13b583b4', '7e4f0c42edda'],
  // zod 4.2, arktype 2.2
  uuid: ['2f060b2bb188', '2a51cd8b73bb'],
  // zod 4.2 and 4.5
  'date-time': ['0f161fd9b6d9', 'dffa3ceb514c'],
  // zod 4.2
  date: ['f7522005a782'],
  time: ['d375753ef04e'],
  duration: ['a060c948c1a4'],
  hostname: ['64b7d3411ea9'],
  // zod 4.2, arktype 2.2
  ipv4: ['a8ae7a1c9a4b', 'b5b832f4ca65'],
  ipv6: ['4e8f7a38479d', '351723f38a05'],
};

/** Whether a format stands for a pattern of its own, which the normal form leaves out. */
export function isStandardFormat(format: string | undefined): boolean {
  return format !== undefined && STANDARD_FORMATS.has(format);
}

/** Whether a pattern is what a library writes for the plain format, and says no more than its name. */
export function isOwnPattern(format: string, pattern: string): boolean {
  return Object.hasOwn(OWN_PATTERNS, format) && OWN_PATTERNS[format]?.includes(contractHash(pattern)) === true;
}
