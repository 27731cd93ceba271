import { printableText } from '@pixl-ipc/protocol';
import { OTHER } from './tally';

/** How many distinct user agents have a row of their own. */
const MAX_CALLERS = 64;
/** Under which name those go that give none. */
const NAMELESS = 'none';

/** What callers of one user agent did. */
export interface CallerRow {
  /** As they claim; made printable, and cut to `max_user_agent_bytes`. */
  readonly userAgent: string;
  readonly calls: number;
  /** Of these, calls by version 1 of the protocol. */
  readonly version1Calls: number;
  /** Of these, calls from a stub that was generated from another contract than the endpoint's. */
  readonly outdatedCalls: number;
}

export type CallerCounts = { -readonly [Key in keyof CallerRow]: CallerRow[Key] };

/**
 * Calls by user agent: who calls at all, and who should be brought up to date. Bounded, because callers choose the
 * names: the first 64 distinct ones have a row, later ones share `other`. For the same reason never a metrics label.
 */
export class CallerStats {
  readonly #rows = new Map<string, CallerCounts>();
  readonly #maxNameBytes: () => number;
  /** Most calls of a host come from one kind of client. */
  #latest: CallerCounts | undefined;

  /** @param maxNameBytes Where names are cut; asked for at each new one. */
  constructor(maxNameBytes: () => number) {
    this.#maxNameBytes = maxNameBytes;
  }

  /** The row of a user agent, whatever the caller gave as such. */
  of(userAgent: unknown): CallerCounts {
    if (this.#latest !== undefined && userAgent === this.#latest.userAgent) return this.#latest;
    this.#latest = this.#rowOf(typeof userAgent === 'string' && userAgent !== '' ? userAgent : NAMELESS);
    return this.#latest;
  }

  /** Who calls most comes first. */
  rows(): CallerRow[] {
    return [...this.#rows.values()].map((row) => ({ ...row })).sort((a, b) => b.calls - a.calls);
  }

  #rowOf(userAgent: string): CallerCounts {
    const known = this.#rows.get(userAgent);
    if (known) return known;
    const name = printableText(cut(userAgent, this.#maxNameBytes()));
    const key = this.#rows.has(name) || this.#rows.size < MAX_CALLERS ? name : OTHER;
    let row = this.#rows.get(key);
    if (!row) this.#rows.set(key, (row = { userAgent: key, calls: 0, version1Calls: 0, outdatedCalls: 0 }));
    return row;
  }
}

/** As much of `text` as fits into `maxBytes` of UTF-8. */
function cut(text: string, maxBytes: number): string {
  if (text.length * 3 <= maxBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxBytes));
  return text.slice(0, read);
}
