import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../limits';
import { createRequestSerializer, createTermedRequestSerializer } from './client-request';
import { jsonText } from './json-text';
import { parseRequest } from './request';

const claim = { pid: 42, userAgent: 'Node/"x"\ud800' };
const serialize = createRequestSerializer(claim);
const serializeTermed = createTermedRequestSerializer(claim);
const tail = '"pid":42,"userAgent":"Node/\\"x\\"\ufffd"}\n';

test.each([
  ['rq0', '/a', { b: 1 }, `{"ipcReqID":"rq0","uri":"/a","data":{"b":1},${tail}`],
  ['rq1', '/a', null, `{"ipcReqID":"rq1","uri":"/a","data":null,${tail}`],
  ['rq2', '/a', undefined, `{"ipcReqID":"rq2","uri":"/a",${tail}`],
  ['"', '/é"\ud800', 'x\udc00', `{"ipcReqID":"\\"","uri":"/é\\"\ufffd","data":"x\ufffd",${tail}`],
])('a request of id %j to %j is one line, in the order of the original client', (id, uri, data, frame) => {
  expect(serialize(id, uri, jsonText(data))).toBe(frame);
  expect(JSON.parse(frame)).toMatchObject({ ipcReqID: id, pid: 42 });
});

test.each([
  [{}, ''],
  [{ timeoutMs: 250, oneway: false, more: false }, ',"timeout":250'],
  [{ timeoutMs: 0, oneway: true }, ',"timeout":0,"oneway":true'],
  [{ more: true }, ',"more":true'],
  [{ more: true, credit: 8 }, ',"more":true,"credit":8'],
  [
    { meta: { traceparent: '00-1' }, contract: '31830e97ee6f' },
    ',"meta":{"traceparent":"00-1"},"contract":"31830e97ee6f"',
  ],
])('a version 2 request says what its caller wants, and no more: %j', (terms, text) => {
  const frame = serializeTermed('p.1', '/a', '[1]', terms);
  expect(frame).toBe(`{"v":2,"ipcReqID":"p.1","uri":"/a","data":[1]${text},${tail}`);
  expect(parseRequest(frame, DEFAULT_LIMITS)).toMatchObject({ version: 2, id: 'p.1', uri: '/a', terms });
});

test.each([NaN, Infinity, -1, '5', '0}\n{"uri":"/forged"', 5n, null])(
  'an amount of %s never reaches the wire',
  (value) => {
    const amount = value as number;
    const termed = createTermedRequestSerializer({ pid: amount, userAgent: 'x' });
    const frame = termed('p.1', '/a', '[1]', { timeoutMs: amount, more: true, credit: amount });
    expect(frame).toBe('{"v":2,"ipcReqID":"p.1","uri":"/a","data":[1],"more":true,"userAgent":"x"}\n');
    expect(createRequestSerializer({ pid: amount, userAgent: 'x' })('rq0', '/a', undefined)).toBe(
      '{"ipcReqID":"rq0","uri":"/a","userAgent":"x"}\n',
    );
  },
);

test.each([undefined, null, 7, {}])(
  'a uri that is %j is refused, be it the first or after one that is good',
  (value) => {
    const uri = value as string;
    for (const first of [[], ['/a']]) {
      const write = createRequestSerializer(claim);
      for (const good of first) write('rq0', good, undefined);
      expect(() => write('rq1', uri, undefined)).toThrow(TypeError);
      expect(write('rq2', '/a', undefined)).toContain('"uri":"/a"');
    }
  },
);
