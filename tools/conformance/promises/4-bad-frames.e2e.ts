import { figure } from '@pixl-ipc/testkit';
import { expect, test } from 'vitest';
import { startDaemon, type WireReply } from '../fixtures/running-daemon';

const ROUNDS = 200;
const NOT_JSON = ['nonsense', '{"a":', '\ufeff{}', '\u0000', "{'a':1}", '{"ipcReqID":"x",}', '"', '{"uri":"/x"}}'];
const NOT_AN_OBJECT = ['[1,2]', '"text"', '7', 'null', 'true'];
const NOT_A_REQUEST = [
  '{"ipcReqID":{},"uri":"/x"}',
  '{"ipcReqID":true,"uri":"/x"}',
  `{"ipcReqID":"${'i'.repeat(300)}","uri":"/x"}`,
  '{"ipcReqID":1,"uri":{}}',
  '{"ipcReqID":1,"uri":7}',
  `{"ipcReqID":1,"uri":"/${'u'.repeat(3_000)}"}`,
  '{"v":3,"ipcReqID":1,"uri":"/x"}',
  '{"v":2,"ipcReqID":1,"uri":"/x","timeout":"soon"}',
  `{"ipcReqID":1,"uri":"/x","data":${'['.repeat(600)}${']'.repeat(600)}}`,
];
const NO_URI = ['{}', '{"ipcReqID":1}', '{"ipcReqID":1,"uri":""}'];

test('every bad frame gets one error reply and is counted, and the frames around it are served', async () => {
  await using daemon = await startDaemon();
  await using client = await daemon.connect();
  const kinds = [NOT_JSON, [...NOT_AN_OBJECT, ...NOT_A_REQUEST], NO_URI];
  const lines = kinds.flat();
  // Well-formed text is not all there is.
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a])]);
  const echo = '{"ipcReqID":"between","uri":"/ipcserver/test/echo"}\n';

  for (let round = 0; round < ROUNDS; round++) {
    await client.write(bytes);
    await client.write(echo);
  }
  const bad = (lines.length + 1) * ROUNDS;
  const replies = (await client.waitForLines(bad + ROUNDS, { timeoutMs: 30_000 })).map(
    (line) => JSON.parse(line) as WireReply & { readonly v?: number },
  );
  expect(replies.filter(({ ipcReqID, code }) => ipcReqID === 'between' && code === undefined)).toHaveLength(ROUNDS);
  // Both shapes of an error, for whoever reads the one or the other; version 2 has one.
  const told = replies.filter(
    ({ v, code, data }) => code !== undefined && (v === 2 || (data as WireReply).code === code),
  );
  expect(told).toHaveLength(bad);

  const counts = await daemon.errorCounts();
  expect(counts).toEqual({
    parse_error: (NOT_JSON.length + 1) * ROUNDS,
    invalid_request: (NOT_AN_OBJECT.length + NOT_A_REQUEST.length) * ROUNDS,
    no_uri: NO_URI.length * ROUNDS,
  });
  figure('promise 4: bad frames answered and counted', bad, { min: 1 });
  // A log line each would be a weapon: one connection has ten a second, and the rest is accounted for.
  expect((await daemon.log()).filter(({ category }) => category === 'error').length).toBeLessThan(bad / 10);
});
