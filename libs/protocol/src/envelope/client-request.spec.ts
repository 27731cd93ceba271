import { expect, test } from 'vitest';
import { createRequestSerializer } from './client-request';

const serialize = createRequestSerializer({ pid: 42, userAgent: 'Node/"x"\ud800' });
const tail = '"pid":42,"userAgent":"Node/\\"x\\"\ufffd"}\n';

test.each([
  ['rq0', '/a', { b: 1 }, `{"ipcReqID":"rq0","uri":"/a","data":{"b":1},${tail}`],
  ['rq1', '/a', null, `{"ipcReqID":"rq1","uri":"/a","data":null,${tail}`],
  ['rq2', '/a', undefined, `{"ipcReqID":"rq2","uri":"/a",${tail}`],
  ['"', '/é"\ud800', 'x\udc00', `{"ipcReqID":"\\"","uri":"/é\\"\ufffd","data":"x\ufffd",${tail}`],
])('a request of id %j to %j is one line, in the order of the original client', (id, uri, data, frame) => {
  expect(serialize(id, uri, data)).toBe(frame);
  expect(JSON.parse(frame)).toMatchObject({ ipcReqID: id, pid: 42 });
});

test('circular data throws at the caller', () => {
  const circular: unknown[] = [];
  circular.push(circular);
  expect(() => serialize('rq0', '/a', circular)).toThrow(TypeError);
});
