import { guardedLog, ListenError, Server, type ServerLog, type StatsCycle } from '@pixl-ipc/server';
import type { EventEmitter } from 'node:events';
import {
  ConfigError,
  readConfig,
  toConfigError,
  unknownKeyWarnings,
  type ComponentConfig,
  type ConfigValues,
} from './config/component-config';
import { FIXED_KEYS } from './config/config-keys';
import { HandlerRegistry } from './handler-registry';
import { originalHandler, type OriginalHandler } from './original-handler';

/** What a runtime asks of the pixl-server component it serves. */
export interface ComponentHost {
  /** pixl-server itself: its clock ticks as events, and it may give up root once everything has started. */
  readonly server: EventEmitter & {
    readonly config: { get(key: string): unknown };
    readonly debug?: boolean;
    readonly __name?: unknown;
    readonly __version?: unknown;
  };
  readonly config: { get(): ConfigValues };
  readonly defaultConfig: Readonly<Record<string, unknown>> | null;
  logDebug(level: number, message: string, data?: unknown): void;
  logError(code: string, message: string, data?: unknown): void;
}

/**
 * The component's life: config → server → stop, and what survives a reload. Apart from the component itself, because
 * pixl-class's subclasses never run a constructor.
 */
export class ComponentRuntime {
  readonly handlers: HandlerRegistry;
  readonly #host: ComponentHost;
  readonly #log: ServerLog;
  #defaultHandler: OriginalHandler | undefined;
  #server: Server | undefined;
  /** Between a start that has not failed and the stop that ends it. */
  #isUp = false;
  #tick: { readonly event: string; readonly listener: () => void } | undefined;

  constructor(host: ComponentHost) {
    this.#host = host;
    const log: ServerLog = {
      debug: (level, message, data) => host.logDebug(level, message, data),
      error: (code, message, data) => host.logError(code, message, data),
    };
    this.#log = guardedLog(log, () => this.#server?.stats.error('log_failed'));
    this.handlers = new HandlerRegistry((message) => this.#warn(message));
  }

  /** The server that starts, runs, or has run last. */
  get server(): Server | undefined {
    return this.#server;
  }

  setDefaultHandler(handler: OriginalHandler): void {
    this.#defaultHandler = handler;
    this.#server?.setDefaultHandle(originalHandler(handler));
  }

  /** Ends a cycle of stats. */
  closeCycle(): StatsCycle | undefined {
    return this.#server?.stats.closeCycle();
  }

  /**
   * Resolves when clients can connect; a {@link stop} that is asked for meanwhile follows then. Rejects with a ConfigError
   * or ListenError, logged.
   */
  async start(onTick: () => void): Promise<void> {
    try {
      if (this.#isUp) throw new ListenError('already_running', 'startup() was called before; call shutdown() first');
      const config = this.#readConfig();
      this.#warnOfConfig(config);
      this.handlers.flush();
      await this.#listen(new Server(config.server, { router: this.handlers.router }), config, onTick);
    } catch (reason) {
      const error = toConfigError(reason);
      const code = error instanceof ListenError || error instanceof ConfigError ? error.code : 'ipc_server_err';
      this.#log.error(code, messageOf(error));
      throw error;
    }
  }

  /** Drains within `exit_timeout`, after a {@link start} that is under way. */
  async stop(): Promise<void> {
    this.#isUp = false;
    this.#setTick(undefined);
    if (!this.#server) return;
    const { abandoned, ms } = await this.#server.drain();
    if (abandoned > 0) {
      const time = `within exit_timeout, ${Math.round(ms)} ms`;
      this.#log.error('ipc_server_close', `${abandoned} clients still waited for replies that did not come ${time}`);
    }
    this.#log.debug(2, 'IPCServer closed', { ms: Math.round(ms) });
  }

  /** Takes a changed config over, whole or not at all. */
  reload(onTick: () => void): void {
    if (!this.#server || !this.#isUp) return;
    try {
      const config = this.#readConfig();
      this.#server.reconfigure(config.server);
      this.#setTick(config.logStatsInterval, onTick);
      this.#warnOfConfig(config);
      this.#log.debug(3, `IPCServer config was reloaded; ${FIXED_KEYS.join(', ')} wait for the next start`);
    } catch (error) {
      this.#log.error('ipc_config', `${messageOf(toConfigError(error))}; the previous config stays in force`);
    }
  }

  /** Ours from the beginning: a stop, or a reload of the config, may come before the socket is there. */
  async #listen(server: Server, config: ComponentConfig, onTick: () => void): Promise<void> {
    if (this.#defaultHandler) server.setDefaultHandle(originalHandler(this.#defaultHandler));
    this.#server = server;
    this.#isUp = true;
    this.#setTick(config.logStatsInterval, onTick);
    try {
      await server.listen();
    } catch (error) {
      // Unless it was stopped meanwhile, and another one is ours.
      if (this.#server === server) {
        this.#isUp = false;
        this.#setTick(undefined);
        this.#server = undefined;
      }
      throw error;
    }
    this.#log.debug(2, `Listening on ${server.path ?? config.server.socketPath}`);
  }

  #readConfig(): ComponentConfig {
    const surroundings = { log: this.#log, socketOwner: this.#futureUser(), service: this.#service() };
    return readConfig(this.#host.config.get(), surroundings);
  }

  /** What the daemon calls itself, where it does. */
  #service(): { readonly name: string; readonly version: string } | undefined {
    const { __name: name, __version: version } = this.#host.server;
    const isNamed =
      typeof name === 'string' && name.trim() !== '' && typeof version === 'string' && version.trim() !== '';
    return isNamed ? { name, version } : undefined;
  }

  /** Whom pixl-server's `uid` makes of a root process after the start: then the socket has to be theirs already. */
  #futureUser(): string | number | undefined {
    const { config, debug } = this.#host.server;
    const uid = config.get('uid');
    const isTaken = typeof uid === 'string' || typeof uid === 'number';
    return isTaken && uid !== '' && !debug && process.getuid?.() === 0 ? uid : undefined;
  }

  #warnOfConfig({ server }: ComponentConfig): void {
    for (const warning of unknownKeyWarnings(this.#host.config.get(), Object.keys(this.#host.defaultConfig ?? {}))) {
      this.#warn(warning);
    }
    if (((server.socketMode ?? 0) & 0o006) !== 0) {
      this.#warn('socket_chmod lets every user of this host connect; "660" with socket_group lets in a group');
    }
  }

  /** pixl-server has no level for warnings; it writes its own like this. */
  #warn(message: string): void {
    this.#log.debug(1, `WARNING: ${message}`);
  }

  #setTick(event: string | undefined, onTick?: () => void): void {
    if (this.#tick) this.#host.server.off(this.#tick.event, this.#tick.listener);
    this.#tick = event === undefined || !onTick ? undefined : { event, listener: onTick };
    if (this.#tick) this.#host.server.on(this.#tick.event, this.#tick.listener);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
