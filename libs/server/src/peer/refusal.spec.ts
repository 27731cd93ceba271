import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../listener/temporary-directory.fixture';
import { refuse, type Refusal } from './refusal';

const REFUSAL: Refusal = { code: 'resource_exhausted', reason: 'max_connections', message: 'server has 2 connections' };
const LINE =
  '{"ipcReqID":null,"code":"resource_exhausted","message":"server has 2 connections","refused":true,' +
  '"data":{"code":"resource_exhausted","message":"server has 2 connections"}}\n';

async function serverWith(onConnection: (socket: Socket) => void): Promise<{ path: string; server: Server }> {
  const path = join(temporaryDirectory(), 'a.sock');
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection).listen(path);
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return { path, server };
}

it('tells the reason in one line, in both shapes of version 1, and ends the connection', async () => {
  const { path } = await serverWith((socket) => refuse(socket, REFUSAL));
  expect(await text(connect({ path }))).toBe(LINE);
});

it('has closed the descriptor when it returns', async () => {
  const openFiles = (): number => readdirSync('/proc/self/fd').length;
  const change = new Promise<number>((resolve) => {
    void serverWith((socket) => {
      const before = openFiles();
      refuse(socket, REFUSAL);
      resolve(openFiles() - before);
    }).then(({ path }) => connect({ path }).resume());
  });
  expect(await change).toBe(-1);
});

it('lets a peer that has sent something read the line all the same', async () => {
  const { path, server } = await serverWith(() => undefined);
  const client = connect({ path });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  await new Promise((resolve) => client.write('{"ipcReqID":"rq0","uri":"/x"}\n', resolve));
  refuse(accepted, REFUSAL);
  let received = '';
  client.on('data', (chunk) => (received += String(chunk)));
  // Bytes that nobody read may make it a reset.
  client.on('error', () => undefined);
  await new Promise((resolve) => client.on('close', resolve));
  expect(received).toBe(LINE);
});

it('is content where the peer has left already', async () => {
  const { path, server } = await serverWith(() => undefined);
  const client = connect({ path });
  const [accepted] = (await once(server, 'connection')) as [Socket];
  client.destroy();
  refuse(accepted, REFUSAL);
  await once(accepted, 'close');
});
