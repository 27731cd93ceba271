// A copy of libs/contract/src/json-pointer.ts: what Nx loads may import no library of this workspace. A test holds both equal.
/** `keys` as a JSON pointer: `/lines/0`, with `~` and `/` inside a key escaped. */
export function jsonPointer(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The keys of a JSON pointer: `/lines/0` → `lines`, `0`. */
export function pointerKeys(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
