import { describe, expect, it } from 'vitest';
import { ECHO, eventually, openServer } from '../../fixtures/open-server';

const ask = (more: object): string => JSON.stringify({ ipcReqID: 'bad', uri: ECHO, ...more });
const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** What comes, under which id it is answered, and how. */
const BAD_FRAMES: readonly [string, string | Buffer, string | number | null, string][] = [
  ['garbage', 'not json', null, 'parse_error'],
  ['half an object', '{"ipcReqID":"bad","uri":', null, 'parse_error'],
  ['two objects in a line', `${ask({})}${ask({})}`, null, 'parse_error'],
  ['JSON with a comma too many', '{"ipcReqID":"bad",}', null, 'parse_error'],
  ['a BOM before a request', `\ufeff${ask({})}`, null, 'parse_error'],
  ['a BOM alone', '\ufeff', null, 'parse_error'],
  ['a NUL', '\0', null, 'parse_error'],
  ['a NUL after a request', `${ask({})}\0`, null, 'parse_error'],
  ['a vertical tab', '\v', null, 'parse_error'],
  ['a no-break space', '\u00a0', null, 'parse_error'],
  ['invalid UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), null, 'parse_error'],
  [
    'a surrogate as UTF-8',
    Buffer.concat([Buffer.from('"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"')]),
    null,
    'parse_error',
  ],
  ['a cut character in a long line', Buffer.concat([Buffer.alloc(600, 'a'), Buffer.from([0xc3])]), null, 'parse_error'],
  ['an array', '[1,2]', null, 'invalid_request'],
  ['text', '"abc"', null, 'invalid_request'],
  ['a number', '1', null, 'invalid_request'],
  ['null', 'null', null, 'invalid_request'],
  ['a request nested too deep', `{"ipcReqID":"bad","uri":"${ECHO}","data":${nested(512)}}`, 'bad', 'invalid_request'],
  ['garbage nested too deep', '['.repeat(100_000), null, 'invalid_request'],
  ['an object as id', ask({ ipcReqID: {} }), null, 'invalid_request'],
  ['an array as id', ask({ ipcReqID: [1] }), null, 'invalid_request'],
  ['true as id', ask({ ipcReqID: true }), null, 'invalid_request'],
  ['a number beyond numbers as id', `{"ipcReqID":1e999,"uri":"${ECHO}"}`, null, 'invalid_request'],
  ['an id too long', ask({ ipcReqID: 'x'.repeat(257) }), null, 'invalid_request'],
  ['an id too long in bytes', ask({ ipcReqID: 'é'.repeat(129) }), null, 'invalid_request'],
  ['an object as uri', ask({ uri: {} }), 'bad', 'invalid_request'],
  ['an array as uri', ask({ uri: [ECHO] }), 'bad', 'invalid_request'],
  ['a number as uri', ask({ uri: 1 }), 'bad', 'invalid_request'],
  ['false as uri', ask({ uri: false }), 'bad', 'invalid_request'],
  ['a uri too long', ask({ uri: '/'.repeat(2_049) }), 'bad', 'invalid_request'],
  ['no uri', '{"ipcReqID":"bad"}', 'bad', 'no_uri'],
  ['null as uri', ask({ uri: null }), 'bad', 'no_uri'],
  ['an empty uri', ask({ uri: '' }), 'bad', 'no_uri'],
  ['an empty object', '{}', null, 'no_uri'],
  ['a uri nobody serves', ask({ uri: '/nope' }), 'bad', 'no_handler_found'],
  ['a uri called like a property of objects', ask({ uri: '__proto__' }), 'bad', 'no_handler_found'],
  ['version 3', ask({ v: 3 }), 'bad', 'invalid_request'],
  ['version "2"', ask({ v: '2' }), 'bad', 'invalid_request'],
];

describe.each([true, false])('bad frames, with sharedReadBuffer %s', (sharedReadBuffer) => {
  it.each(BAD_FRAMES)('%s: answered, and the connection goes on', async (_what, frame, ipcReqID, code) => {
    const { server, connect, log } = await openServer({}, { sharedReadBuffer });
    const wire = await connect();
    await wire.write(Buffer.concat([Buffer.from(frame), Buffer.from(`\n${ask({ data: 'good' })}\n`)]));
    const [error, reply] = await wire.take(2);
    expect(error).toEqual({ ipcReqID, code, message: error?.message, data: { code, message: error?.message } });
    expect(error?.message).toMatch(/\w+ \w+/);
    expect(reply).toEqual({ ipcReqID: 'bad', data: 'good' });
    expect(server.stats.errors).toEqual({ [code]: 1 });
    expect(log.codes()).toEqual([code.startsWith('no_') ? code : 'stream_err']);
  });

  it('of all kinds, byte by byte and as the last line without an end, are answered one by one', async () => {
    const { connect } = await openServer({}, { sharedReadBuffer });
    const wire = await connect();
    const short = BAD_FRAMES.filter(([, frame]) => frame.length < 100);
    for (const [index, [, frame]] of short.entries()) {
      if (index > 0) await wire.write('\n');
      await wire.drip(frame);
    }
    wire.halfClose();
    await wire.ended();
    expect(wire.replies.map(({ code }) => code)).toEqual(short.map(([, , , code]) => code));
  });

  it('in a flood write at most ten log lines a second; the last says how many are missing', async () => {
    const { server, connect, log } = await openServer({}, { sharedReadBuffer });
    const wire = await connect();
    await wire.write('x\n'.repeat(500));
    await wire.take(500);
    expect(log.errors.length).toBeLessThanOrEqual(20);
    wire.destroy();
    await eventually(() => server.stats.connections).toBe(0);
    expect(log.errors.at(-1)?.message).toMatch(/^\d+ more faults of this connection were not logged$/);
    expect(server.stats.errors).toEqual({ parse_error: 500 });
  });

  it('never bring what they hold into the log, and control characters only escaped', async () => {
    const { connect, log } = await openServer({}, { sharedReadBuffer });
    const wire = await connect();
    const uri = '/\u001b[31msecret-uri\n[fake] \u202e line\u0000\\';
    await wire.write('{"secret":\n["secret"]\n');
    await wire.send({ uri, data: 'secret' }, { uri: { secret: 1 } }, { ipcReqID: { secret: 1 } }, { data: 'secret' });
    await wire.take(6);
    const text = JSON.stringify(log.lines);
    expect(text.replaceAll('secret-uri', '')).not.toContain('secret');
    const [line] = log.errors.filter(({ code }) => code === 'no_handler_found');
    expect(line?.message).toBe('No handler found for /\\x1b[31msecret-uri\\x0a[fake] \\u202e line\\x00\\\\');
    expect(wire.replies.find(({ code }) => code === 'no_handler_found')?.message).toBe(`No handler found for ${uri}`);
  });

  it('a depth at its limit is served, a frame of its limit too', async () => {
    const { connect } = await openServer({}, { sharedReadBuffer, maxJsonDepth: 10, maxFrameBytes: 500 });
    const wire = await connect();
    await wire.write(`{"ipcReqID":"a","uri":"${ECHO}","data":${nested(9)}}\n`);
    const head = `{"ipcReqID":"b","uri":"${ECHO}","data":"`;
    await wire.write(`${head}${'x'.repeat(500 - head.length - 2)}"}\n`);
    expect((await wire.take(2)).map(({ code }) => code)).toEqual([undefined, undefined]);
  });
});
