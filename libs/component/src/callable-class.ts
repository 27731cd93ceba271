/**
 * A class that old-style subclasses can call as a function too: pixl-class's `__parent` runs `Parent.apply(this, …)`,
 * which a class of the language refuses. Nothing happens then, so such a class may not need its constructor to run.
 */
export function callableClass<Class extends abstract new (...args: never[]) => object>(
  target: Class,
): Class & (() => void) {
  return new Proxy(target, { apply: () => undefined }) as Class & (() => void);
}
