// A copy of libs/contract/src/generated-name.ts: what Nx loads may import no library of this workspace. A test holds both equal.
/**
 * Names that mean something to JavaScript itself: `await ipc.then` or `ipc.constructor` would not be a call, and a
 * property `valueOf` would have to be the method that every object has.
 */
const REFUSED_NAMES: ReadonlySet<string> = new Set(
  [
    ...['then', 'prototype', 'constructor', 'hasOwnProperty', 'isPrototypeOf'],
    ...['propertyIsEnumerable', 'toLocaleString', 'toString', 'valueOf'],
  ].map(nameKey),
);

/** A name of a contract as the property of generated code: `order-items` → `orderItems`, `sold_out` → `soldOut`. */
export function propertyName(name: string): string {
  return name.replace(/^_+/, '').replace(/[-_]+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** A name of a contract as a class of generated code: `order-items` → `OrderItems`. */
export function className(name: string): string {
  const property = propertyName(name);
  return property.charAt(0).toUpperCase() + property.slice(1);
}

/**
 * What two names beside each other may not share: they would become one name in generated code, or two that differ only
 * in case, which PHP's classes do not tell apart.
 */
export function nameKey(name: string): string {
  return propertyName(name).toLowerCase();
}

/** Whether `name` would mean something else in generated code than it means in the contract. */
export function isRefusedName(name: string): boolean {
  return name.startsWith('__') || REFUSED_NAMES.has(nameKey(name));
}
