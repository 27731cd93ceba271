/** Deeper data than the wire takes is a mistake, most likely a circle. */
const MAX_DEPTH = 512;

/**
 * JSON text that is the same for equal data, whoever wrote it: keys sorted by UTF-16 code unit at every depth, no white
 * space, members that are undefined left out. Made for hashing and comparing, not for speed.
 *
 * @throws TypeError naming the path, if data holds what JSON or another language would not give back: a number that is
 * not finite or an integer beyond ±(2^53−1), a lone surrogate, a BigInt, an instance of a class, undefined in an array, a
 * circle
 */
export function canonicalJson(data: unknown): string {
  return textOf(data, '', 0);
}

function textOf(value: unknown, path: string, depth: number): string {
  if (depth > MAX_DEPTH) throw dataError(path, `is nested deeper than ${MAX_DEPTH}, or circular`);
  switch (typeof value) {
    case 'boolean':
      return String(value);
    case 'number':
      return numberText(value, path);
    case 'string':
      return stringText(value, path);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? arrayText(value, path, depth) : objectText(value, path, depth);
    default:
      throw dataError(
        path,
        `is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}, which JSON has no form for`,
      );
  }
}

function numberText(value: number, path: string): string {
  if (!Number.isFinite(value)) throw dataError(path, `is ${value}, which JSON has no form for`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw dataError(path, `is ${value}, beyond the safe integers; write it as a string`);
  }
  return JSON.stringify(value);
}

function stringText(value: string, path: string): string {
  if (!value.isWellFormed()) throw dataError(path, 'holds a lone surrogate, which is no text');
  return JSON.stringify(value);
}

function arrayText(array: readonly unknown[], path: string, depth: number): string {
  // Array.from, because map leaves the holes of a sparse array out.
  return `[${Array.from(array, (member, index) => textOf(member, `${path}/${index}`, depth + 1)).join(',')}]`;
}

function objectText(object: object, path: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) {
    throw dataError(path, 'is an instance of a class; give plain data');
  }
  const members = Object.entries(object)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => {
      const at = `${path}/${key}`;
      return `${stringText(key, at)}:${textOf(member, at, depth + 1)}`;
    });
  return `{${members.join(',')}}`;
}

function dataError(path: string, reason: string): TypeError {
  return new TypeError(`${path === '' ? 'the data' : JSON.stringify(path)} ${reason}`);
}
