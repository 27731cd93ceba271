/** The parts of pixl-server that the daemon uses; the package ships no types. */
declare module 'pixl-server' {
  import type { EventEmitter } from 'node:events';

  class PixlServer extends EventEmitter {
    constructor(options: {
      readonly __name: string;
      readonly __version: string;
      readonly configFile: string;
      readonly components: readonly (abstract new () => object)[];
    });
    readonly config: { get(key: string): unknown };
    startup(callback: () => void): void;
    shutdown(): void;
    readonly sigIntFunc: () => void;
    readonly sigTermFunc: () => void;
    readonly sigHupFunc: () => void;
  }
  export = PixlServer;
}
