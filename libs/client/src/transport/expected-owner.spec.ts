import { chmodSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../testing/scripted-server';
import { ownerRefusal, peerRefusal } from './expected-owner';

const OWN_UID = process.getuid?.() ?? 0;
const STRANGER_UID = 65_534;
/** Only root gives files away. */
const asRoot = it.runIf(OWN_UID === 0);

interface Place {
  readonly directory: string;
  readonly socket: string;
}

/** A socket in a directory of mode 0755, both ours. */
async function place(): Promise<Place> {
  const directory = join(temporaryDirectory(), 'd');
  mkdirSync(directory);
  const socket = join(directory, 's');
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => void server.close());
  return { directory, socket };
}

describe('ownerRefusal', () => {
  it('lets a socket pass that is all in the hands of whom it should be', async () => {
    const { socket } = await place();
    expect(ownerRefusal(socket, OWN_UID)).toBeUndefined();
  });

  it('has nothing to say where nothing is: connecting says it', () => {
    expect(ownerRefusal('/nowhere/at/all', OWN_UID)).toBeUndefined();
  });

  it.each<[string, number, boolean]>([
    ['everybody', 0o777, false],
    ['everybody, but sticky: what is there stays there', 0o1777, true],
    ['its group', 0o775, true],
  ])('judges a directory that is writable by %s', async (_, mode, passes) => {
    const { directory, socket } = await place();
    chmodSync(directory, mode);
    const refusal = ownerRefusal(socket, OWN_UID);
    if (passes) expect(refusal).toBeUndefined();
    else {
      expect(refusal).toMatchObject({ code: 'permission_denied', origin: 'local', sent: false, expose: false });
      expect(refusal?.message).toBe(
        `directory ${directory} is writable by everybody, who may replace the socket; chmod o-w ${directory}`,
      );
    }
  });

  it('refuses what is no socket itself', () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    expect(ownerRefusal(file, OWN_UID)?.message).toMatch(/is no socket itself, .*give the path of the socket/);
  });

  it('refuses a socket of somebody else', async () => {
    const { socket } = await place();
    expect(ownerRefusal(socket, OWN_UID + 1)?.message).toBe(
      `socket ${socket} belongs to uid ${OWN_UID}, expectUid is ${OWN_UID + 1}`,
    );
  });

  asRoot('takes root’s directory for anybody’s, and nobody else’s', async () => {
    const { directory, socket } = await place();
    lchownSync(socket, STRANGER_UID, STRANGER_UID);
    expect(ownerRefusal(socket, STRANGER_UID)).toBeUndefined();
    lchownSync(directory, STRANGER_UID, STRANGER_UID);
    expect(ownerRefusal(socket, STRANGER_UID)).toBeUndefined();
    lchownSync(directory, STRANGER_UID - 1, STRANGER_UID);
    expect(ownerRefusal(socket, STRANGER_UID)?.message).toMatch(
      /^directory .* belongs to uid 65533, expectUid is 65534; move the socket to one of that user's or root's$/,
    );
  });

  asRoot('looks at who owns a link to the directory, and at the directory behind it', async () => {
    const { directory, socket } = await place();
    const link = join(temporaryDirectory(), 'link');
    symlinkSync(directory, link);
    const linked = join(link, 's');
    expect(ownerRefusal(linked, 0)).toBeUndefined();
    lchownSync(link, STRANGER_UID, STRANGER_UID);
    expect(ownerRefusal(linked, 0)?.message).toMatch(/^directory .*link belongs to uid 65534/);
    lchownSync(link, 0, 0);
    lchownSync(directory, STRANGER_UID, STRANGER_UID);
    expect(ownerRefusal(linked, 0)?.message).toMatch(/^directory .*link belongs to uid 65534/);
    expect(ownerRefusal(socket, 0)?.message).toMatch(/^directory .*d belongs to uid 65534/);
  });
});

describe('peerRefusal', () => {
  it.each([
    [{ pid: 1, uid: 1_000, gid: 1_000 }, undefined],
    [{ pid: 7, uid: 0, gid: 0 }, 'the server at /s is that of uid 0 (pid 7), expectUid is 1000'],
    [null, 'the kernel does not say whose the server at /s is; expectUid is 1000'],
  ])('judges the peer %j', (peer, message) => {
    expect(peerRefusal('/s', 1_000, peer)?.message).toBe(message);
  });
});
