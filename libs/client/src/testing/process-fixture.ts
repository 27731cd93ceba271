// A client's whole life in a process of its own: `process-fixture.ts <socket path>`. It must end by itself.
import { createClient, type IpcClient } from '../ipc-client';
import { Version1Client } from '../version-1-client';

const [socketPath = ''] = process.argv.slice(2);

function client(path = socketPath): IpcClient {
  return createClient({ socketPath: path, reconnectInitialMs: 4_000, reconnectMaxMs: 4_000, random: () => 0.99 });
}

async function closeInFlight(): Promise<void> {
  const closing = client();
  await closing.call('/echo', 1);
  const hanging = closing.call('/hang', 1).catch(() => console.log('in flight: closed'));
  await closing.close();
  await hanging;
}

async function closeWhileReconnecting(): Promise<void> {
  const reconnecting = client();
  await reconnecting.call('/end', 1).catch(() => console.log('reconnecting: closed'));
  await reconnecting.close();
}

async function failToConnect(): Promise<void> {
  await client(`${socketPath}.none`)
    .connect()
    .catch(() => console.log('connect: failed'));
}

/** Nothing but the calls keeps the process: not even the wait for the next attempt does, nor an idle connection. */
async function waitForCalls(): Promise<void> {
  await client(`${socketPath}.none`)
    .call('/echo', 1, { timeoutMs: 200 })
    .catch(() => console.log('waiting: in vain'));
  const idle = client();
  console.log(`later: ${String(await idle.call('/later', 'came'))}`);
  await idle.call('/end', 1).catch(() => console.log('idle: lost'));
  const stillOpen = client();
  await stillOpen.call('/echo', 1);
  process.on('exit', () => console.log(`at the end: ${idle.state} and ${stillOpen.state}`));
}

/** An outcome that throws ends the process as any error does, but harms no other call. */
async function throwInOutcomes(): Promise<void> {
  process.on('uncaughtException', (error) => console.log(`uncaught: ${error.message}`));
  const throwing = new Version1Client({ socketPath });
  await throwing.connect();
  for (const name of ['first', 'second']) {
    const settle = (): never => {
      throw new Error(name);
    };
    throwing.start('/echo', 1, { settle });
  }
  const settled = new Promise((settle) =>
    throwing.start('/echo', 'fine', { settle: (_, reply) => settle(reply?.data) }),
  );
  console.log(`other: ${String(await settled)}`);
  await throwing.close();
}

async function main(): Promise<void> {
  await closeInFlight();
  await closeWhileReconnecting();
  await failToConnect();
  await throwInOutcomes();
  console.log(`timers left: ${process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length}`);
  await waitForCalls();
}

void main();
