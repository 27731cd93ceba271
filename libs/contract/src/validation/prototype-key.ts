/** Deeper data than the wire takes by default; a circle is deeper than any. */
const MAX_DEPTH = 512;

/**
 * `data` without the keys `__proto__` that `JSON.parse` makes and that a careless assignment turns into a prototype. What
 * holds none is returned itself; what does is copied as far as needed. Looks into arrays and plain objects only.
 *
 * @returns undefined if data is nested deeper than 512, or circular
 */
export function withoutPrototypeKeys(data: unknown): { readonly data: unknown } | undefined {
  const cleaned = cleanedOf(data, 0);
  return cleaned === TOO_DEEP ? undefined : { data: cleaned };
}

const TOO_DEEP = Symbol('too deep');

function cleanedOf(data: unknown, depth: number): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (depth === MAX_DEPTH) return TOO_DEEP;
  return Array.isArray(data) ? cleanedArray(data, depth) : cleanedObject(data as Record<string, unknown>, depth);
}

function cleanedArray(array: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | undefined;
  for (let index = 0; index < array.length; index++) {
    const member = array[index];
    if (typeof member !== 'object' || member === null) continue;
    const cleaned = cleanedOf(member, depth + 1);
    if (cleaned === TOO_DEEP) return TOO_DEEP;
    if (cleaned !== member) (copy ??= [...array])[index] = cleaned;
  }
  return copy ?? array;
}

function cleanedObject(object: Record<string, unknown>, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return object;
  let copy: Record<string, unknown> | undefined;
  for (const key in object) {
    if (key === '__proto__') {
      copy ??= { ...object };
      Reflect.deleteProperty(copy, key);
      continue;
    }
    const member = object[key];
    if (typeof member !== 'object' || member === null) continue;
    const cleaned = cleanedOf(member, depth + 1);
    if (cleaned === TOO_DEEP) return TOO_DEEP;
    if (cleaned !== member) (copy ??= { ...object })[key] = cleaned;
  }
  return copy ?? object;
}
