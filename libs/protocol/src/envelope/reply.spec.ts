import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../limits';
import { MessageFault } from './message';
import {
  parseReply,
  serializeError,
  serializeGoAway,
  serializeItem,
  serializeReply,
  type ReplyEnvelope,
} from './reply';

const V1 = { version: 1, id: 'rq0' } as const;
const V2 = { version: 2, id: 'p.1' } as const;

describe('serializeReply', () => {
  test.each([
    [V1, { ping: 'me' }, '{"ipcReqID":"rq0","data":{"ping":"me"}}\n'],
    [V1, null, '{"ipcReqID":"rq0","data":null}\n'],
    [V1, false, '{"ipcReqID":"rq0","data":false}\n'],
    [V1, undefined, '{"ipcReqID":"rq0"}\n'],
    [V1, { t: 'é😀\u2028' }, '{"ipcReqID":"rq0","data":{"t":"é😀\u2028"}}\n'],
    [V1, { t: 'a\ud800b' }, '{"ipcReqID":"rq0","data":{"t":"a\ufffdb"}}\n'],
    [{ version: 1, id: 0 }, 1, '{"ipcReqID":0,"data":1}\n'],
    [{ version: 1, id: -0 }, 1, '{"ipcReqID":0,"data":1}\n'],
    [{ version: 1, id: 1e21 }, 1, '{"ipcReqID":1e+21,"data":1}\n'],
    [{ version: 1, id: null }, 1, '{"ipcReqID":null,"data":1}\n'],
    [{ version: 1, id: '' }, 1, '{"ipcReqID":"","data":1}\n'],
    [{ version: 1, id: '"\n\\' }, 1, '{"ipcReqID":"\\"\\n\\\\","data":1}\n'],
    [V2, { a: [] }, '{"v":2,"ipcReqID":"p.1","data":{"a":[]}}\n'],
    [V2, undefined, '{"v":2,"ipcReqID":"p.1"}\n'],
  ] as const)('%j %j', (head, data, frame) => {
    expect(serializeReply(head, data)).toBe(frame);
  });

  test('throws for what JSON has no form for, and writes nothing', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(() => serializeReply(V1, circular)).toThrow(TypeError);
    expect(() => serializeReply(V1, { big: 1n })).toThrow(TypeError);
    expect(() => serializeReply(V1, () => 1)).toThrow('JSON has no form for a function');
    expect(() => serializeReply(V1, Symbol('s'))).toThrow('JSON has no form for a symbol');
    const formless = { toJSON: () => undefined };
    expect(() => serializeReply(V1, formless)).toThrow('JSON has no form for an object whose toJSON gives none');
  });
});

describe('serializeItem', () => {
  test('writes an item with its place, and says that more follows', () => {
    expect(serializeItem('p.1', 3, { a: 1 })).toBe(
      '{"v":2,"ipcReqID":"p.1","seq":3,"data":{"a":1},"continues":true}\n',
    );
  });

  test('throws for an item that JSON has no form for', () => {
    expect(() => serializeItem('p.1', 0, undefined)).toThrow('JSON has no form for nothing');
    expect(() => serializeItem('p.1', 0, () => 1)).toThrow('JSON has no form for a function');
  });
});

describe('serializeError', () => {
  const full = { code: 'unavailable', message: 'later', details: { a: 1 }, retryAfter: 250, goaway: true } as const;

  test('writes both shapes of the original to version 1, and nothing else', () => {
    const frame =
      '{"ipcReqID":"rq0","code":"no_handler_found","message":"No handler found for /x",' +
      '"data":{"code":"no_handler_found","message":"No handler found for /x"}}\n';
    expect(serializeError(V1, { code: 'no_handler_found', message: 'No handler found for /x' })).toBe(frame);
    expect(serializeError({ version: 1, id: null }, full)).toBe(
      '{"ipcReqID":null,"code":"unavailable","message":"later","data":{"code":"unavailable","message":"later"}}\n',
    );
  });

  test.each([
    [{ code: 'internal', message: 'm' }, '{"v":2,"ipcReqID":"p.1","code":"internal","message":"m"}\n'],
    [
      full,
      '{"v":2,"ipcReqID":"p.1","code":"unavailable","message":"later","details":{"a":1},"retryAfter":250,"goaway":true}\n',
    ],
    [
      { code: 'a.b', message: 'm', retryAfter: 0 },
      '{"v":2,"ipcReqID":"p.1","code":"a.b","message":"m","retryAfter":0}\n',
    ],
    [{ code: 'a', message: 'm', details: null }, '{"v":2,"ipcReqID":"p.1","code":"a","message":"m","details":null}\n'],
  ])('writes one shape, with all that the error says, to version 2', (error, frame) => {
    expect(serializeError(V2, error)).toBe(frame);
  });

  test.each([NaN, Infinity, -Infinity, -5, '10', '0}\n{"v":2,"ipcReqID":"p.2"', 10n, {}, null, Symbol('x')])(
    'leaves out a retryAfter of %s',
    (retryAfter) => {
      const error = { code: 'unavailable', message: 'm', retryAfter: retryAfter as number };
      expect(serializeError(V2, error)).toBe('{"v":2,"ipcReqID":"p.1","code":"unavailable","message":"m"}\n');
    },
  );

  test('replaces lone surrogates in every text', () => {
    const bad = 'x\udfff';
    const frame = serializeError(V2, { code: bad, message: bad, details: bad });
    expect(frame).toBe('{"v":2,"ipcReqID":"p.1","code":"x\ufffd","message":"x\ufffd","details":"x\ufffd"}\n');
    expect(serializeError(V1, { code: bad, message: bad })).not.toMatch(/\\ud/);
  });
});

describe('parseReply', () => {
  function parse(text: string): ReplyEnvelope | MessageFault {
    return parseReply(text, DEFAULT_LIMITS.maxJsonDepth);
  }

  test.each([
    ['{"ipcReqID":"rq0","data":{"a":1}}', { version: 1, id: 'rq0', data: { a: 1 }, error: undefined }],
    ['{"ipcReqID":0,"data":null}', { version: 1, id: 0, data: null, error: undefined }],
    ['{"ipcReqID":"rq0"}', { version: 1, id: 'rq0', data: undefined, error: undefined }],
    ['{"v":2,"ipcReqID":"p.1","data":1}\r', { version: 2, id: 'p.1', data: 1, error: undefined }],
    ['{"data":"push"}', { version: 1, id: null, data: 'push', error: undefined }],
    ['{"ipcReqID":{},"data":1}', { version: 1, id: null, data: 1, error: undefined }],
    ['{"ipcReqID":"a","code":"c","message":"m"}', { id: 'a', data: undefined, error: { code: 'c', message: 'm' } }],
    ['{"ipcReqID":"a","code":"c"}', { error: { code: 'c', message: 'c' } }],
    ['{"ipcReqID":"a","code":"c","message":{}}', { error: { code: 'c', message: 'c' } }],
    ['{"ipcReqID":"a","code":1}', { error: undefined }],
    [
      '{"v":2,"ipcReqID":"p.1","seq":0,"data":1,"continues":true}',
      { version: 2, id: 'p.1', data: 1, seq: 0, continues: true },
    ],
    ['{"v":2,"ipcReqID":"p.1","seq":"0","continues":1}', { seq: undefined, continues: false }],
    ['{"ipcReqID":"rq0","seq":0,"data":1,"continues":true}', { version: 1, seq: undefined, continues: false }],
    [
      '{"v":2,"ipcReqID":"a","code":"c","message":"m","details":{"a":1},"retryAfter":250}',
      { error: { code: 'c', message: 'm', details: { a: 1 }, retryAfter: 250 } },
    ],
    ['{"v":2,"ipcReqID":"a","code":"c","retryAfter":-1}', { error: { code: 'c', message: 'c' } }],
    ['{"v":2,"ipcReqID":"a","code":"c","retryAfter":1e999}', { error: { code: 'c', message: 'c' } }],
    ['{"ipcReqID":"a","code":"c","details":1,"retryAfter":1}', { error: { code: 'c', message: 'c' } }],
    [
      serializeGoAway('The server is "stopping"').trim(),
      { version: 1, id: null, goaway: true, error: { code: 'unavailable', message: 'The server is "stopping"' } },
    ],
    [
      '{"ipcReqID":"a","data":{"code":"c"}}',
      { goaway: false, continues: false, data: { code: 'c' }, error: undefined },
    ],
  ])('%s', (text, envelope) => {
    expect(parse(text)).toEqual(expect.objectContaining({ ...envelope, message: JSON.parse(text) as unknown }));
  });

  test.each([
    ['nothing', '', 'parse_error'],
    ['half an object', '{', 'parse_error'],
    ['null', 'null', 'invalid_request'],
    ['an array', '[]', 'invalid_request'],
    ['5,000 levels', `{"data":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, 'invalid_request'],
    ['a number as the code of version 2', '{"v":2,"ipcReqID":"p.1","code":1,"message":"m"}', 'parse_error'],
    ['null as the code of version 2', '{"v":2,"ipcReqID":"p.1","code":null,"data":1}', 'parse_error'],
  ])('gives a fault for %s', (_, text, code) => {
    const fault = parse(text);
    expect(fault).toBeInstanceOf(MessageFault);
    expect(fault).toMatchObject({ code });
  });
});
