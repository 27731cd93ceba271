import { kernelCredentials, type CredentialSource } from '@pixl-ipc/credentials';
import { connect } from 'node:net';
import { failedStream, type Dialer } from './dialer';
import { ownerRefusal, peerRefusal } from './expected-owner';
import { READ_BUFFER } from './read-buffer';
import { descriptorOf } from './socket-descriptor';

export interface SocketDialerOptions {
  readonly socketPath: string;
  /** Whose the server must be; undefined: anybody's. */
  readonly expectUid?: number | undefined;
  /** Keeps the process alive while a connection is open, as the original's clients do. */
  readonly holdsProcess?: boolean;
  /** Who tells whose the server is. */
  readonly credentials?: CredentialSource;
}

/** To the UNIX socket at a path. @see docs/security.md#whom-a-client-talks-to */
export function socketDialer({
  socketPath,
  expectUid,
  holdsProcess = false,
  credentials = kernelCredentials,
}: SocketDialerOptions): Dialer {
  return {
    describe: socketPath,
    dial(onBytes) {
      const refusal = expectUid === undefined ? undefined : ownerRefusal(socketPath, expectUid);
      if (refusal) return failedStream(refusal);
      const callback = (bytes: number): boolean => onBytes(READ_BUFFER.subarray(0, bytes));
      const socket = connect({ path: socketPath, onread: { buffer: READ_BUFFER, callback } });
      return holdsProcess ? socket : socket.unref();
    },
    refusal(stream) {
      if (expectUid === undefined) return undefined;
      return peerRefusal(socketPath, expectUid, credentials.read(descriptorOf(stream)));
    },
  };
}
