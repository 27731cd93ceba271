/** What happens to the bytes of one direction. Counts of bytes begin when the fault is set. */
export type Fault =
  /** Bytes pass as they come. */
  | { readonly kind: 'none' }
  /** Pieces of `bytes`, each in a write and a turn of its own. */
  | { readonly kind: 'fragment'; readonly bytes: number }
  /** Each chunk waits a random time; order is kept. */
  | { readonly kind: 'delay'; readonly minMs: number; readonly maxMs: number }
  /** `bytes` every `everyMs`. */
  | { readonly kind: 'drip'; readonly bytes: number; readonly everyMs: number }
  /** Nothing passes, and nothing is lost, until another fault is set. */
  | { readonly kind: 'stall' }
  /** `afterBytes` pass, then comes a FIN; the rest is lost. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** Bit `bit` (0–7) of the byte after `afterBytes` is turned over; everything else passes as it comes. */
  | { readonly kind: 'flip'; readonly afterBytes: number; readonly bit: number };

/** Bytes pass as they come. */
export const NO_FAULT: Fault = Object.freeze({ kind: 'none' });
