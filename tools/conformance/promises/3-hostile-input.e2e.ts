import { figure, RawClient, until } from '@pixl-ipc/testkit';
import { expect, test } from 'vitest';
import { startDaemon } from '../fixtures/running-daemon';
import { HOSTILE_HANDLERS } from '../fixtures/handlers/hostile-handlers';

const STREAMS = 400;
const FRAMES_EACH = 40;

/** A small generator of the same numbers every time (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const SEEDS = [
  '{"ipcReqID":"rq1","uri":"/ipcserver/test/echo","data":{"a":[1,2.5,null,true,"é😀"]},"pid":1,"userAgent":"fuzz"}',
  '{"ipcReqID":2,"uri":"/ipcserver/test/delay","data":{"delay":1}}',
  '{"v":2,"ipcReqID":"p.3","uri":"/ipcserver/test/echo","timeout":5,"oneway":false,"meta":{"k":"v"},"data":[]}',
  '{"ipcReqID":"__proto__","uri":"constructor","data":{"__proto__":{"polluted":1}}}',
];
const SPLICES = [
  '\0',
  '\\',
  '"',
  '{',
  '}',
  '[',
  ']',
  '\n',
  '\r\n',
  '\ud800',
  '1e400',
  '-0',
  'null',
  '__proto__',
  '['.repeat(3_000),
];

/** Frames that were right once: bytes flipped, cut, doubled, spliced. */
function mutatedFrames(pick: (below: number) => number): Buffer {
  const frames = Array.from({ length: FRAMES_EACH }, () => {
    let bytes = Buffer.from(SEEDS[pick(SEEDS.length)] ?? '');
    for (let changes = pick(4); changes > 0; changes--) {
      const at = pick(bytes.length + 1);
      const splice = Buffer.from(SPLICES[pick(SPLICES.length)] ?? '');
      const kept = bytes.subarray(at + pick(5));
      bytes = Buffer.concat([bytes.subarray(0, at), pick(2) === 0 ? splice : Buffer.from([pick(256)]), kept]);
    }
    return Buffer.concat([bytes, Buffer.from('\n')]);
  });
  return Buffer.concat(frames);
}

/** Bytes that were never right, with a newline here and there. */
function noise(pick: (below: number) => number): Buffer {
  return Buffer.from(Array.from({ length: FRAMES_EACH * 20 }, () => (pick(20) === 0 ? 0x0a : pick(256))));
}

test('no input bytes and no handler behaviour end the daemon', async () => {
  await using daemon = await startDaemon({ handlers: ['hostile'], component: { request_timeout: 1_000 } });
  const pick = numbers(20_260_101);
  let inputs = 0;
  for (let stream = 0; stream < STREAMS; stream += 20) {
    const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(daemon.path)));
    for (const [index, client] of clients.entries()) {
      void client.write(index % 4 === 0 ? noise(pick) : mutatedFrames(pick));
      inputs += FRAMES_EACH;
      for (const { name } of stream % 100 === 0 && index === 0 ? HOSTILE_HANDLERS : []) {
        void client.send({ ipcReqID: name, uri: `/hostile/${name}`, data: {} });
        inputs++;
      }
      // Some leave in the middle of it all, some say goodbye, some wait.
      if (pick(3) === 0) client.destroy();
      else if (pick(2) === 0) client.halfClose();
    }
    // Beside them, an honest request has its answer.
    await daemon.assertServes();
    for (const client of clients) client.destroy();
  }
  // One process has gone through all of it: one that ends early fails the test when it is disposed.
  await until(async () => (await daemon.stats()).connections === 0, { what: 'no connection', timeoutMs: 20_000 });
  await daemon.assertServes();
  const outlived = figure('promise 3: hostile frames and calls that the daemon outlived', inputs, { min: 15_000 });
  expect(outlived).toBeGreaterThan(15_000);
});
