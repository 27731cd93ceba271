import {
  Client,
  credentials,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { PAYLOAD_KINDS } from '../workload/payload';
import type { System } from './system';

/** The default, 4 MiB, is less than what is measured. */
const MESSAGE_OPTIONS = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
};

/**
 * gRPC in its pure JavaScript form, over a UNIX socket. The data is JSON here too: it has no schema that protobuf could
 * make use of, and its Struct would be slower.
 */
export const system: System = {
  async startServer({ socketPath }) {
    const server = new Server(MESSAGE_OPTIONS);
    const methods = PAYLOAD_KINDS.map((kind) => {
      const method = { path: pathOf(kind), requestStream: false, responseStream: false, ...JSON_MARSHALLING } as const;
      return [kind, method] as const;
    });
    const echo = ({ request }: ServerUnaryCall<unknown, unknown>, reply: sendUnaryData<unknown>): void => {
      reply(null, request);
    };
    server.addService(Object.fromEntries(methods), Object.fromEntries(PAYLOAD_KINDS.map((kind) => [kind, echo])));
    await new Promise<void>((resolve, reject) => {
      server.bindAsync(`unix:${socketPath}`, ServerCredentials.createInsecure(), (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    return {
      stop() {
        server.forceShutdown();
        return Promise.resolve();
      },
    };
  },

  async connect(socketPath) {
    const client = new Client(`unix:${socketPath}`, credentials.createInsecure(), {
      ...MESSAGE_OPTIONS,
      // Each client its own connection; they would share one.
      'grpc.use_local_subchannel_pool': 1,
    });
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + 10_000, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    const { requestSerialize, requestDeserialize } = JSON_MARSHALLING;
    return {
      call({ kind, data }, settle) {
        client.makeUnaryRequest<unknown, unknown>(
          pathOf(kind),
          requestSerialize,
          requestDeserialize,
          data,
          (error, reply) => settle(error ?? undefined, reply),
        );
      },
      close() {
        client.close();
        return Promise.resolve();
      },
    };
  },
};

const serialize = (data: unknown): Buffer => Buffer.from(JSON.stringify(data));
const deserialize = (bytes: Buffer): unknown => JSON.parse(bytes.toString());
const JSON_MARSHALLING = {
  requestSerialize: serialize,
  requestDeserialize: deserialize,
  responseSerialize: serialize,
  responseDeserialize: deserialize,
};

function pathOf(kind: string): string {
  return `/bench.Bench/${kind}`;
}
