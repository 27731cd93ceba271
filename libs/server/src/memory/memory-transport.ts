import type { Transport } from '@pixl-ipc/protocol';
import type { Duplex } from 'node:stream';
import { memoryPair } from './memory-pair';

/**
 * A way to a server in the same process: no socket, no file, and else everything that a connection through a socket has.
 *
 * @param accept Takes the server's end; false where the server takes no more connections.
 */
export function memoryTransport(accept: (stream: Duplex) => boolean): Transport {
  return {
    describe: 'the server in this process',
    connect() {
      const [theirs, ours] = memoryPair();
      if (!accept(ours)) {
        ours.destroy();
        theirs.destroy(connectionRefused());
      }
      return theirs;
    },
  };
}

/** As a socket says it whose server is gone. */
function connectionRefused(): NodeJS.ErrnoException {
  const message = 'connect ECONNREFUSED: the server in this process has stopped';
  return Object.assign(new Error(message), { code: 'ECONNREFUSED', syscall: 'connect' });
}
