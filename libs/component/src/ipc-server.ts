/// <reference path="./pixl-server.d.ts" />
import { EMPTY_CYCLE, type AddEndpointsOptions, type EndpointHandler, type StatsCycle } from '@pixl-ipc/server';
import type { EventEmitter } from 'node:events';
import Component = require('pixl-server/component');
import { callableClass } from './callable-class';
import { ComponentRuntime } from './component-runtime';
import { DEFAULT_CONFIG } from './config/component-config';
import { isOriginalEndpoint, originalHandler, type OriginalEndpoint, type OriginalHandler } from './original-handler';

/** What {@link IPCServer.getStats} returns: the last whole cycle, with what is open and registered now. */
export interface IPCServerStats extends StatsCycle {
  /** Connections open now. */
  readonly connections: number;
  /** Handlers registered now, echo and delay among them. */
  readonly handlers: number;
}

/** Told when a component has started or stopped, or why not. */
export type ComponentCallback = (error?: Error | null) => void;

/**
 * The pixl-server component: `components: [IPCServer]`, then `server.IPCServer`. Compatible with the original's API;
 * can be subclassed by `class … extends` and by pixl-class's `__parent`.
 *
 * @see docs/guides/component.md
 */
export interface IPCServer extends EventEmitter {
  /** The component's name in pixl-server: its property there and its key in the config. */
  __name: string;
  defaultConfig: Record<string, unknown> | null;

  /**
   * Serves requests whose URI is `uri`, or tests true for it. The first registered that matches wins.
   *
   * @param name What logs and stats call the handler.
   * @throws TypeError if `uri` is no non-empty string or RegExp, or `handler` no function
   */
  addURIHandler(uri: string | RegExp, name: string, handler: OriginalHandler): void;
  /**
   * Serves endpoints, before or after startup: all those of contracts or none, then those of the original's API.
   *
   * @param options `middleware` wraps each one of a contract.
   * @throws EndpointError if one of a contract is served already
   * @throws TypeError as {@link addURIHandler}
   */
  addEndpoints(endpoints: readonly (EndpointHandler | OriginalEndpoint)[], options?: AddEndpointsOptions): void;
  /** Serves requests that no handler matches; without one they are answered `no_handler_found`. */
  setDefaultHandler(handler: OriginalHandler): void;
  /** The last whole cycle of stats, with live `connections` and `handlers`. */
  getStats(): IPCServerStats;
  /** Errors, refusals and forced closes since the start, by code or reason. */
  getErrorCounts(): Readonly<Record<string, number>>;
  /** Ends a cycle of stats and logs it as 'IPCServer Stats' at level 5. */
  logIntervalStats(): void;
  /** Closes every connection at once, whatever it waits for. */
  closeConnections(): void;

  /** pixl-server's: calls back when clients can connect, or with a named error. */
  startup(callback: ComponentCallback): void;
  /** pixl-server's: finishes what is in flight, within `exit_timeout`, then calls back. */
  shutdown(callback: ComponentCallback): void;
}

/** The class: `new`, `class … extends` and pixl-class's `__parent` all work. */
export type IPCServerClass = (new () => IPCServer) & (() => void);

const RUNTIME = Symbol('pixl-ipc runtime');

// No field, private or public, and nothing in the constructor: a subclass made by pixl-class does not run it.
class IPCServerComponent extends Component implements IPCServer {
  declare [RUNTIME]: ComponentRuntime | undefined;

  static {
    // On the prototype, where a subclass of either kind finds and replaces them.
    this.prototype.__name = 'IPCServer';
    this.prototype.defaultConfig = { ...DEFAULT_CONFIG };
  }

  addURIHandler(uri: string | RegExp, name: string, handler: OriginalHandler): void {
    assertHandler('addURIHandler', handler);
    runtimeOf(this).handlers.add(uri, name, originalHandler(handler));
  }

  addEndpoints(endpoints: readonly (EndpointHandler | OriginalEndpoint)[], options?: AddEndpointsOptions): void {
    const originals = endpoints.filter(isOriginalEndpoint);
    const others = endpoints.filter((endpoint): endpoint is EndpointHandler => !isOriginalEndpoint(endpoint));
    runtimeOf(this).handlers.addEndpoints(others, options);
    for (const { uri, name, handle } of originals) this.addURIHandler(uri, name, handle);
  }

  setDefaultHandler(handler: OriginalHandler): void {
    assertHandler('setDefaultHandler', handler);
    runtimeOf(this).setDefaultHandler(handler);
  }

  getStats(): IPCServerStats {
    const { server, handlers } = runtimeOf(this);
    return {
      connections: server?.stats.connections ?? 0,
      handlers: handlers.router.size,
      ...(server?.stats.last ?? EMPTY_CYCLE),
    };
  }

  getErrorCounts(): Readonly<Record<string, number>> {
    return runtimeOf(this).server?.stats.errors ?? {};
  }

  logIntervalStats(): void {
    runtimeOf(this).closeCycle();
    this.logDebug(5, 'IPCServer Stats', this.getStats());
  }

  closeConnections(): void {
    runtimeOf(this).server?.closeConnections();
  }

  /** pixl-server's: takes in defaults, at the start and at each reload of the config. */
  override initConfig(): void {
    super.initConfig();
    runtimeOf(this).reload(() => this.logIntervalStats());
  }

  override startup(callback: ComponentCallback): void {
    runtimeOf(this)
      .start(() => this.logIntervalStats())
      .then(
        () => callback(),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
  }

  override shutdown(callback: ComponentCallback): void {
    runtimeOf(this)
      .stop()
      .then(
        () => callback(),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
  }
}

export const IPCServer: IPCServerClass = callableClass(IPCServerComponent);

/** The component's runtime, made when it is first needed. */
function runtimeOf(component: IPCServerComponent): ComponentRuntime {
  let runtime = component[RUNTIME];
  if (!runtime) {
    runtime = new ComponentRuntime(component);
    Object.defineProperty(component, RUNTIME, { value: runtime });
  }
  return runtime;
}

function assertHandler(method: string, handler: unknown): asserts handler is OriginalHandler {
  if (typeof handler !== 'function') {
    throw new TypeError(`${method}: the handler is ${typeof handler}; give a function (request, reply) => …`);
  }
}
