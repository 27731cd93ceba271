import type { AnyEndpoint } from '@pixl-ipc/contract';
import type { Call } from '../dispatch/call';

/** What serves a call: replies or fails it, now or later. Whatever it throws fails the call. */
export type Handle = (call: Call) => void;

/** A handler and where it stands. */
export interface Route {
  /** What stats and logs call it; never a caller's text. */
  readonly name: string;
  /** The URI, or the pattern, that it serves: what stats count it under. */
  readonly serves: string;
  readonly handle: Handle;
  /** What it keeps to, where that is declared. */
  readonly contract?: AnyEndpoint;
  /** Ours, and known not to throw later. */
  readonly builtIn?: boolean;
}

interface OrderedRoute extends Route {
  readonly order: number;
}

/**
 * URI → route. The first registered that matches wins, whatever its kind. Exact URIs cost one look-up however many
 * there are; only patterns registered before them are tried first.
 */
export class Router {
  readonly #exact = new Map<string, OrderedRoute>();
  readonly #scanned: (OrderedRoute & { readonly matches: (uri: string) => boolean })[] = [];
  #count = 0;

  /** Routes registered, those that an earlier one hides included. */
  get size(): number {
    return this.#count;
  }

  /** The contracts that are served. */
  get contracts(): AnyEndpoint[] {
    return [...this.#exact.values()].flatMap(({ contract }) => contract ?? []);
  }

  /** Serves exactly `uri`. Returns false where an earlier route takes it already, so this one is never called. */
  addExact(uri: string, name: string, handle: Handle): boolean {
    return this.add(uri, { name, handle });
  }

  /** The same with a whole route. */
  add(uri: string, { name, handle, contract }: Omit<Route, 'serves'>): boolean {
    const reachable = this.find(uri) === undefined;
    const route = { name, serves: uri, handle, order: this.#count++, ...(contract && { contract }) };
    if (!this.#exact.has(uri)) this.#exact.set(uri, route);
    return reachable;
  }

  /** A built-in endpoint: serves every URI that begins with `prefix`. */
  addBuiltIn(prefix: string, name: string, handle: Handle): void {
    const matches = (uri: string): boolean => uri.startsWith(prefix);
    this.#scanned.push({ name, serves: prefix, handle, order: this.#count++, matches, builtIn: true });
  }

  /** A built-in endpoint at exactly `uri`, before all others whenever they were registered; not counted in {@link size}. */
  addReserved(uri: string, name: string, handle: Handle): void {
    this.#exact.set(uri, { name, serves: uri, handle, order: -1, builtIn: true });
  }

  /** Serves every URI that `pattern` tests true for; `lastIndex` of a `/g` or sticky one never matters. */
  addPattern(pattern: RegExp, name: string, handle: Handle): void {
    // A copy: the caller may go on using its own, whose lastIndex moves.
    const own = new RegExp(pattern.source, pattern.flags);
    const matches = (uri: string): boolean => {
      own.lastIndex = 0;
      return own.test(uri);
    };
    const serves = String(own);
    this.#scanned.push({ name, serves, handle, order: this.#count++, matches });
  }

  /** The route that serves `uri`, or undefined. */
  find(uri: string): Route | undefined {
    const exact = this.#exact.get(uri);
    for (const route of this.#scanned) {
      if (exact && exact.order < route.order) return exact;
      if (route.matches(uri)) return route;
    }
    return exact;
  }
}
