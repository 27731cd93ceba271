import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../limits';
import { DEFAULT_CREDIT, VERSION_1_TERMS } from './call-terms';
import { mayBeVersion2, parseRequest, RequestFault, type RequestEnvelope } from './request';

function parse(text: string): RequestEnvelope | RequestFault {
  return parseRequest(text, DEFAULT_LIMITS);
}

function accepted(text: string): RequestEnvelope {
  const request = parse(text);
  if (request instanceof RequestFault) expect.fail(`refused: ${request.message}`);
  return request;
}

/** Version, id and code of the answer to a frame that is no request. */
function refused(text: string): unknown[] {
  const fault = parse(text);
  if (!(fault instanceof RequestFault)) expect.fail(`accepted: ${text}`);
  return [fault.version, fault.id, fault.code];
}

const URI = '"uri":"/a"';
const V2 = '"v":2,"ipcReqID":"p.1","uri":"/a"';

describe('a version 1 request', () => {
  test('is taken with the whole object, unknown keys included', () => {
    const text = '{"extra":[1],"uri":"/a","data":{"b":2},"pid":1,"userAgent":"u","ipcReqID":"rq0"}';
    expect(accepted(text)).toEqual({
      version: 1,
      id: 'rq0',
      uri: '/a',
      message: JSON.parse(text) as unknown,
      terms: VERSION_1_TERMS,
    });
  });

  test.each([
    ['a string', '"rq0"', 'rq0'],
    ['an empty string', '""', ''],
    ['a number', '7', 7],
    ['zero', '0', 0],
    ['a negative number', '-1', -1],
    ['a fraction', '1.5', 1.5],
    ['a large number', '1e300', 1e300],
    ['null', 'null', null],
    ['a name of an object prototype', '"__proto__"', '__proto__'],
    ['a string of exactly 256 bytes', `"${'é'.repeat(128)}"`, 'é'.repeat(128)],
  ])('has the id its caller gave: %s', (_, json, id) => {
    expect(accepted(`{"ipcReqID":${json},${URI}}`).id).toBe(id);
  });

  test('has the id null where its caller gave none', () => {
    expect(accepted(`{${URI}}`).id).toBeNull();
  });

  test('may be surrounded by white space and end in a CR', () => {
    expect(accepted(`  \t{ "uri" : "/a" } \r`).uri).toBe('/a');
  });

  test('never reads the fields of version 2', () => {
    const text = `{"ipcReqID":"a",${URI},"timeout":"soon","oneway":"yes","meta":[],"more":1,"credit":-1,"contract":{}}`;
    expect(accepted(text)).toMatchObject({ version: 1, terms: VERSION_1_TERMS });
  });

  test('keeps __proto__ as a plain key and changes no prototype', () => {
    const { message } = accepted(`{"ipcReqID":"a",${URI},"__proto__":{"admin":true}}`);
    expect(Object.getPrototypeOf(message)).toBe(Object.prototype);
    expect(Object.keys(message)).toContain('__proto__');
    expect('admin' in message).toBe(false);
  });

  test('takes no envelope field from under __proto__', () => {
    expect(refused('{"__proto__":{"uri":"/a","ipcReqID":"x"}}')).toEqual([1, null, 'no_uri']);
  });

  test('may have a uri of exactly 2,048 bytes', () => {
    const uri = `/${'é'.repeat(1_023)}a`;
    expect(accepted(JSON.stringify({ uri })).uri).toBe(uri);
  });

  test('may nest 512 deep, the envelope counted', () => {
    const deep = (levels: number) => `{"ipcReqID":"a",${URI},"data":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    expect(accepted(deep(511)).id).toBe('a');
    expect(refused(deep(512))).toEqual([1, 'a', 'invalid_request']);
    expect(refused(deep(100_000))).toEqual([1, 'a', 'invalid_request']);
  });
});

describe('what is no request is answered', () => {
  test.each([
    ['not json', [1, null, 'parse_error']],
    ['{"ipcReqID":"x",}', [1, null, 'parse_error']],
    ['\ufeff{"uri":"/a"}', [1, null, 'parse_error']],
    ['\u0000', [1, null, 'parse_error']],
    ['{"uri":"/a"}{"uri":"/a"}', [1, null, 'parse_error']],
    ['[1,2]', [1, null, 'invalid_request']],
    ['"text"', [1, null, 'invalid_request']],
    ['1', [1, null, 'invalid_request']],
    ['null', [1, null, 'invalid_request']],
    ['{}', [1, null, 'no_uri']],
    ['{"ipcReqID":"a"}', [1, 'a', 'no_uri']],
    ['{"ipcReqID":0,"uri":null}', [1, 0, 'no_uri']],
    ['{"ipcReqID":"a","uri":""}', [1, 'a', 'no_uri']],
    ['{"ipcReqID":"a","uri":0}', [1, 'a', 'invalid_request']],
    ['{"ipcReqID":"a","uri":true}', [1, 'a', 'invalid_request']],
    ['{"ipcReqID":"a","uri":["/a"]}', [1, 'a', 'invalid_request']],
    ['{"ipcReqID":"a","uri":{"toString":1}}', [1, 'a', 'invalid_request']],
    [`{"ipcReqID":true,${URI}}`, [1, null, 'invalid_request']],
    [`{"ipcReqID":[],${URI}}`, [1, null, 'invalid_request']],
    [`{"ipcReqID":{"a":1},${URI}}`, [1, null, 'invalid_request']],
    [`{"ipcReqID":1e400,${URI}}`, [1, null, 'invalid_request']],
    [`{"v":1,"ipcReqID":"a",${URI}}`, [1, 'a', 'invalid_request']],
    [`{"v":3,"ipcReqID":"a",${URI}}`, [1, 'a', 'invalid_request']],
    [`{"v":"2","ipcReqID":"a",${URI}}`, [1, 'a', 'invalid_request']],
    [`{"v":null,"ipcReqID":"a",${URI}}`, [1, 'a', 'invalid_request']],
    ['{"v":2,"ipcReqID":"a"}', [2, 'a', 'no_uri']],
    ['{"v":2,"ipcReqID":[],"uri":"/a"}', [2, null, 'invalid_request']],
  ])('%s', (text, answer) => {
    expect(refused(text)).toEqual(answer);
  });

  test.each([
    ['an id of 257 characters', `{"ipcReqID":"${'x'.repeat(257)}",${URI}}`, null],
    ['an id of 258 bytes in 129 characters', `{"ipcReqID":"${'é'.repeat(129)}",${URI}}`, null],
    ['a uri of 2,049 characters', `{"ipcReqID":"a","uri":"/${'x'.repeat(2_048)}"}`, 'a'],
    ['a uri of 2,049 bytes in 1,025 characters', `{"ipcReqID":"a","uri":"/${'é'.repeat(1_024)}"}`, 'a'],
  ])('as over its limit: %s', (_, text, id) => {
    expect(refused(text)).toEqual([1, id, 'invalid_request']);
  });

  test('without its text: a payload never comes back in a message', () => {
    for (const text of ['secret', '["secret"]', '{"uri":["secret"]}', '{"ipcReqID":["secret"]}', '{"v":"secret"}']) {
      expect((parse(text) as RequestFault).message).not.toContain('secret');
    }
  });

  test("with the original's words where the uri is missing", () => {
    expect(parse('{}')).toMatchObject({ message: 'Missing required uri parameter from request' });
  });
});

describe('a version 2 request', () => {
  test('has the terms that its caller gave, and the least demanding ones where it gave none', () => {
    const given = '"timeout":1500,"oneway":true,"meta":{"traceparent":"00-1"},"contract":"31830e97ee6f"';
    expect(accepted(`{${V2},${given}}`)).toMatchObject({
      version: 2,
      id: 'p.1',
      terms: { timeoutMs: 1500, oneway: true, meta: { traceparent: '00-1' }, contract: '31830e97ee6f' },
    });
    expect(accepted(`{${V2}}`)).toMatchObject({ version: 2, terms: VERSION_1_TERMS });
    expect(accepted(`{${V2},"timeout":0,"oneway":false,"meta":{}}`).terms).toMatchObject({ timeoutMs: 0, meta: {} });
  });

  test.each([
    ['', 0],
    ['"credit":5', 0],
    ['"more":true', DEFAULT_CREDIT],
    ['"more":true,"credit":5', 5],
    ['"more":true,"credit":0', 0],
    ['"more":true,"credit":1000000', 1_000_000],
  ])('may be sent so many items of a stream: %s', (fields, credit) => {
    expect(accepted(`{${V2}${fields && `,${fields}`}}`).terms.credit).toBe(credit);
  });

  test('keeps __proto__ in meta as a plain key', () => {
    const { meta } = accepted(`{${V2},"meta":{"__proto__":"x"}}`).terms;
    expect(Object.entries(meta)).toEqual([['__proto__', 'x']]);
    expect(Object.getPrototypeOf(meta)).toBeNull();
  });

  test('may hold meta of exactly 8 KiB', () => {
    const meta = (bytes: number) => JSON.stringify({ k: 'é'.repeat((bytes - 8) / 2) });
    expect(accepted(`{${V2},"meta":${meta(8_192)}}`).version).toBe(2);
    expect(refused(`{${V2},"meta":${meta(8_194)}}`)).toEqual([2, 'p.1', 'invalid_request']);
  });

  test.each([
    '"timeout":-1',
    '"timeout":"5"',
    '"timeout":null',
    '"timeout":1e400',
    '"oneway":1',
    '"oneway":null',
    '"more":"yes"',
    '"oneway":true,"more":true',
    '"more":true,"credit":-1',
    '"more":true,"credit":1.5',
    '"more":true,"credit":1000001',
    '"more":true,"credit":"9"',
    '"contract":7',
    `"contract":"${'x'.repeat(65)}"`,
    '"meta":null',
    '"meta":[]',
    '"meta":"a"',
    '"meta":{"a":1}',
    '"meta":{"__proto__":{"a":"b"}}',
  ])('is refused under its own id and version with %s', (field) => {
    expect(refused(`{${V2},${field}}`)).toEqual([2, 'p.1', 'invalid_request']);
  });
});

describe('a frame that waits unread', () => {
  test.each([
    ['{"v":2,"ipcReqID":1,"uri":"/a"}', true],
    ['{"ipcReqID":1,"uri":"/a", "v" : 2}', true],
    ['{"\\u0076":2,"ipcReqID":1,"uri":"/a"}', true],
    ['{"ipcReqID":1,"uri":"/a","data":{"v":1}}', true],
    ['{"ipcReqID":1,"uri":"/v","data":{"vv":2}}', false],
    ['{"ipcReqID":"rq0","uri":"/a","data":{"a":[1,2]},"pid":1,"userAgent":"Node"}', false],
  ])('%s may be of version 2: %s', (text, expected) => {
    expect(mayBeVersion2(text)).toBe(expected);
    // What is taken for version 1 is that.
    if (!expected) expect((parseRequest(text, DEFAULT_LIMITS) as RequestEnvelope).version).toBe(1);
  });
});
