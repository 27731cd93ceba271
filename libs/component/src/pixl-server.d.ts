/** The parts of pixl-server that the component uses; the package ships no types. */
declare module 'pixl-server/component' {
  import { EventEmitter } from 'node:events';

  class Component extends EventEmitter {
    __name: string;
    server: PixlServer;
    config: PixlConfig;
    defaultConfig: Record<string, unknown> | null;
    logger: unknown;
    init(server: PixlServer, config?: PixlConfig): void;
    initConfig(): void;
    earlyStart(): boolean;
    startup(callback: (error?: Error | null) => void): void;
    shutdown(callback: (error?: Error | null) => void): void;
    debugLevel(level: number): boolean;
    logDebug(level: number, message: string, data?: unknown): void;
    logError(code: string | number, message: string, data?: unknown): void;
    logTransaction(code: string, message: string, data?: unknown): void;
  }
  interface PixlServer extends EventEmitter {
    readonly __name: string;
    readonly __version: string;
    config: PixlConfig;
    readonly [component: string]: unknown;
  }
  interface PixlConfig extends EventEmitter {
    get(): Record<string, unknown>;
    get(key: string): unknown;
  }
  namespace Component {
    export type { PixlServer, PixlConfig };
  }
  export = Component;
}
