import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import IPCServer = require('pixl-ipc');
import PixlServer = require('pixl-server');
import { endpoints } from './endpoints';
import { stopOnFirstSignal } from './stop-signals';
import { welcome } from './welcome';

// Paths in the config are the app's, wherever it is started from.
process.chdir(resolve(__dirname, '..'));

const server = new PixlServer({
  __name: 'ipc-daemon',
  __version: '0.1.0',
  configFile: 'conf/config.json',
  components: [IPCServer],
}) as PixlServer & { readonly IPCServer: InstanceType<typeof IPCServer> };

server.on('init', () => {
  // Nobody else's: who may enter the directory may try the socket.
  mkdirSync(dirname(socketPath()), { recursive: true, mode: 0o700 });
});

server.on('prestart', () => {
  stopOnFirstSignal(server);
  server.IPCServer.addEndpoints(endpoints);
});

server.startup(() => {
  process.stdout.write(welcome(socketPath()));
});

function socketPath(): string {
  const { socket_path } = server.config.get('IPCServer') as { socket_path: string };
  return resolve(socket_path);
}
