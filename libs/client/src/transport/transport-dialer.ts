import type { Transport } from '@pixl-ipc/protocol';
import { failedStream, type Dialer } from './dialer';

/** To the server behind a {@link Transport}. */
export function transportDialer(transport: Transport): Dialer {
  return {
    describe: transport.describe,
    dial(onBytes) {
      try {
        const stream = transport.connect();
        return stream.on('data', (bytes: Buffer) => {
          if (!onBytes(bytes)) stream.pause();
        });
      } catch (error) {
        return failedStream(error instanceof Error ? error : new Error(String(error)));
      }
    },
    refusal: () => undefined,
  };
}
