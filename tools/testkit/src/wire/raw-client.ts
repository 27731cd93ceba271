import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { LineSocket } from './line-socket';

const READ_BYTES = 64 * 1024;

/**
 * A client that is nothing but a socket: for the bytes of the wire and for misbehaving. {@link pause} stops reading at
 * the kernel at once, which Node's own streams do only when their buffer is full.
 */
export class RawClient extends LineSocket {
  /**
   * Connects to the socket file `path`.
   *
   * @param options.allowHalfOpen Keep writing possible after the peer's FIN; otherwise it is answered with a FIN.
   * @throws Error with the socket's code (ENOENT, ECONNREFUSED, EACCES, …) if nobody accepts
   */
  static async connect(path: string, { allowHalfOpen = false } = {}): Promise<RawClient> {
    const socket: Socket = connect({
      path,
      allowHalfOpen,
      onread: {
        buffer: Buffer.allocUnsafeSlow(READ_BYTES),
        callback: (length, buffer) => {
          client.receive(buffer.subarray(0, length));
          return true;
        },
      },
    });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }
}
