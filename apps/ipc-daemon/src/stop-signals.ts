import type PixlServer = require('pixl-server');

/**
 * Makes repeated stop signals one. A Ctrl-C reaches every process of the terminal, and Nx and the watcher pass it on
 * once more; pixl-server takes the second for an emergency and exits without draining.
 */
export function stopOnFirstSignal(server: PixlServer): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.shutdown();
  };
  for (const [signal, own] of [
    ['SIGINT', server.sigIntFunc],
    ['SIGTERM', server.sigTermFunc],
    ['SIGHUP', server.sigHupFunc],
  ] as const) {
    process.off(signal, own);
    process.on(signal, stop);
  }
}
