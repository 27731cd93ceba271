// A client's whole life in a process of its own: `process-fixture.ts <socket path>`. It must end by itself.
import { Client } from '../client';

const [socketPath = ''] = process.argv.slice(2);

function client(path = socketPath): Client {
  return new Client({ socketPath: path, reconnectInitialMs: 4_000, reconnectMaxMs: 4_000, random: () => 0.99 });
}

async function closeInFlight(): Promise<void> {
  const closing = client();
  await closing.connect();
  await closing.call('/echo', 1);
  const hanging = closing.call('/hang', 1).catch(() => console.log('in flight: closed'));
  await closing.close();
  await hanging;
}

async function closeWhileReconnecting(): Promise<void> {
  const reconnecting = client();
  await reconnecting.connect();
  await reconnecting.call('/end', 1).catch(() => console.log('reconnecting: closed'));
  await reconnecting.close();
}

async function failToConnect(): Promise<void> {
  await client(`${socketPath}.none`)
    .connect()
    .catch(() => console.log('connect: failed'));
}

/** An outcome that throws ends the process as any error does, but harms no other call. */
async function throwInOutcomes(): Promise<void> {
  process.on('uncaughtException', (error) => console.log(`uncaught: ${error.message}`));
  const throwing = client();
  await throwing.connect();
  for (const name of ['first', 'second']) {
    const settle = (): never => {
      throw new Error(name);
    };
    throwing.start('/echo', 1, { settle });
  }
  console.log(`other: ${String(await throwing.call('/echo', 'fine'))}`);
  await throwing.close();
}

async function main(): Promise<void> {
  await closeInFlight();
  await closeWhileReconnecting();
  await failToConnect();
  await throwInOutcomes();
  console.log(`timers left: ${process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length}`);
}

void main();
