// Calls the example daemon: node … src/main.ts [socket path] [name]
import { resolve } from 'node:path';
import { createIpcDaemonClient } from './ipc-daemon-client/index.js';
import { report } from './report.js';

async function main(socketPath = resolve(__dirname, '../../ipc-daemon/run/ipc-daemon.sock'), name = 'Ada') {
  await using daemon = createIpcDaemonClient({ socketPath });
  for await (const line of report(daemon, name)) process.stdout.write(`${line}\n`);
}

void main(...process.argv.slice(2));
