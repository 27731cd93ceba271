import {
  addEndpoints,
  BUILT_IN_URIS,
  createRouter,
  type AddEndpointsOptions,
  type EndpointHandler,
  type Handle,
  type Router,
} from '@pixl-ipc/server';
import { isRegExp } from 'node:util/types';

/** What a string handler holds that a RegExp would read as more than itself. */
const METACHARACTERS = /[\\^$.*+?()[\]{}|]/;

/** The component's handlers, registered before or after it starts. */
export class HandlerRegistry {
  readonly router: Router = createRouter();
  readonly #warn: (message: string) => void;
  #pending: string[] | undefined = [];

  /** @param warn Where warnings go; not used before {@link flush}. */
  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** @throws TypeError if an argument is of the wrong type */
  add(uri: string | RegExp, name: string, handle: Handle): void {
    // Of whatever realm: a test runner or a sandbox has a RegExp of its own.
    if (isRegExp(uri)) {
      this.router.addPattern(uri, name, handle);
      return;
    }
    const text: unknown = uri;
    if (typeof text !== 'string' || text === '') {
      throw new TypeError(`addURIHandler: uri is ${JSON.stringify(text)}; give a non-empty string or a RegExp`);
    }
    const isReachable = this.router.addExact(uri, name, handle);
    if (BUILT_IN_URIS.has(uri))
      this.#say(`handler '${name}' for ${uri} is never called: a built-in endpoint has that URI`);
    else if (!isReachable) {
      this.#say(`handler '${name}' for ${uri} is never called: an earlier handler matches the same URI`);
    }
    if (METACHARACTERS.test(uri)) {
      const pattern = patternOf(uri);
      this.#say(
        `handler '${name}' matches the text ${uri} literally` +
          (pattern ? `; if it is meant as a regular expression, write addURIHandler(${String(pattern)}, …)` : ''),
      );
    }
  }

  /** @throws EndpointError if one is served already */
  addEndpoints(endpoints: readonly EndpointHandler[], options?: AddEndpointsOptions): void {
    addEndpoints(this.router, endpoints, options);
  }

  /** Logs what there was to warn of before there was a log, and from now on at once. */
  flush(): void {
    const pending = this.#pending ?? [];
    this.#pending = undefined;
    for (const message of pending) this.#warn(message);
  }

  #say(message: string): void {
    if (this.#pending) this.#pending.push(message);
    else this.#warn(message);
  }
}

/** What the original made of a string; undefined where it would have thrown. */
function patternOf(uri: string): RegExp | undefined {
  try {
    return new RegExp(`^${uri}$`);
  } catch {
    return undefined;
  }
}
