/** Kinds of payload; each has an endpoint of its own, as each has a schema of its own. */
export const PAYLOAD_KINDS = ['small', 'strings', 'text', 'records'] as const;
export type PayloadKind = (typeof PAYLOAD_KINDS)[number];

/** Small values, as most real messages have. */
export interface BenchRecord {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly active: boolean;
  readonly score: number;
  readonly tags: readonly string[];
  readonly parent: number | null;
  readonly created: string;
}

/** Data of one call. `n` differs from call to call, so that no reply can be taken for another's. */
export type PayloadData = { n: number } & (
  | { readonly greeting: string }
  | { readonly strings: Readonly<Record<string, string>> }
  | { readonly text: string }
  | { readonly records: readonly BenchRecord[] }
);

/** What is sent. */
export interface Payload {
  readonly kind: PayloadKind;
  readonly data: PayloadData;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** Not ASCII, and with what JSON escapes: prose as it is. */
const PROSE = 'She said: “Ça va?” – and "naïve" as it was,\n\tthe café was full; 10 € each. 你好 😀\\ ';
const STRING_CHARS = 1_000;
const RECORDS = 200;

/**
 * A payload by its name: `small`; `1K`, `20K`, `1M`, which are as many strings of a thousand ASCII characters (the
 * original's benchmark); `text 10K`, prose with escapes and characters of many bytes; `records`, two hundred of them.
 *
 * @throws Error if there is none of that name
 */
export function payloadNamed(name: string): Payload {
  if (name === 'small') return { kind: 'small', data: { n: 0, greeting: 'hello' } };
  if (name === 'records') return { kind: 'records', data: { n: 0, records: Array.from({ length: RECORDS }, record) } };
  const [, prefix, count, unit] = /^(text )?(\d+)([KM])$/.exec(name) ?? [];
  if (count === undefined) throw new Error(`no payload is called ${name}`);
  const thousands = Number(count) * (unit === 'M' ? 1_000 : 1);
  if (prefix !== undefined) {
    return { kind: 'text', data: { n: 0, text: PROSE.repeat((thousands * 1_000) / Buffer.byteLength(PROSE)) } };
  }
  const strings = Array.from({ length: thousands }, (_, index) => [`key${index}`, letters(index)] as const);
  return { kind: 'strings', data: { n: 0, strings: Object.fromEntries(strings) } };
}

/** Like random text, and the same in every run. */
function letters(seed: number): string {
  let state = seed + 1;
  return Array.from({ length: STRING_CHARS }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return LETTERS.charAt((state >>> 16) % LETTERS.length);
  }).join('');
}

function record(_: unknown, id: number): BenchRecord {
  return {
    id,
    name: `Customer ${id}`,
    email: `customer-${id}@example.com`,
    active: id % 3 === 0,
    score: id * 1.25,
    tags: ['new', `group-${id % 7}`],
    parent: id % 4 === 0 ? null : id - 1,
    created: '2026-01-01T00:00:00Z',
  };
}
