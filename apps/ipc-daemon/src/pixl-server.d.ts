/** The parts of pixl-server that daemons use; the package ships no types. */
declare module 'pixl-server' {
  import type { EventEmitter } from 'node:events';

  class PixlServer extends EventEmitter {
    constructor(
      options: {
        readonly __name: string;
        readonly __version: string;
        readonly components: readonly (abstract new () => object)[];
      } & ({ readonly configFile: string } | { readonly config: Readonly<Record<string, unknown>> }),
    );
    readonly config: { get(key: string): unknown };
    startup(callback: () => void): void;
    shutdown(callback?: () => void): void;
    readonly sigIntFunc: () => void;
    readonly sigTermFunc: () => void;
    readonly sigHupFunc: () => void;
  }
  export = PixlServer;
}
