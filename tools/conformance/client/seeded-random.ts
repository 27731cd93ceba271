/** A generator of numbers from 0 up to, not including, 1 that are the same in every run of the same name. */
export function seededRandom(name: string): () => number {
  // FNV-1a makes a seed of the name, mulberry32 the numbers.
  let state = 2_166_136_261;
  for (const byte of Buffer.from(name)) state = Math.imul(state ^ byte, 16_777_619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
