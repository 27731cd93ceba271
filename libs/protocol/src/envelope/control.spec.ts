import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../limits';
import { isControl, parseControl } from './control';
import { parseRequest, RequestFault, type RequestEnvelope } from './request';

function request(text: string): RequestEnvelope {
  const parsed = parseRequest(text, DEFAULT_LIMITS);
  if (parsed instanceof RequestFault) expect.fail(`refused: ${parsed.message}`);
  return parsed;
}

const control = (uri: string, data: string): RequestEnvelope =>
  request(`{"v":2,"ipcReqID":"p.2","uri":"/ipcserver/${uri}","data":${data},"oneway":true}`);

test.each([
  ['cancel', '{"id":"p.1"}', { kind: 'cancel', id: 'p.1', expired: false }],
  ['cancel', '{"id":"p.1","expired":true}', { kind: 'cancel', id: 'p.1', expired: true }],
  ['cancel', '{"id":"p.1","expired":1}', { kind: 'cancel', id: 'p.1', expired: false }],
  ['cancel', '{"id":0}', { kind: 'cancel', id: 0, expired: false }],
  ['credit', '{"id":"p.1","n":8}', { kind: 'credit', id: 'p.1', n: 8 }],
])('/ipcserver/%s with %s is about that call', (uri, data, says) => {
  const asked = control(uri, data);
  expect(isControl(asked)).toBe(true);
  expect(parseControl(asked)).toEqual(says);
});

test.each([
  ['cancel', 'null', '/id: expected the ipcReqID of a call'],
  ['cancel', '[]', '/id: expected the ipcReqID of a call'],
  ['cancel', '{"id":null}', '/id: expected the ipcReqID of a call'],
  ['cancel', '{"id":{"id":1}}', '/id: expected the ipcReqID of a call'],
  ['credit', '{"id":"p.1"}', '/n: credit must be a whole number from 0 to 1000000'],
  ['credit', '{"id":"p.1","n":-1}', '/n: credit must be a whole number from 0 to 1000000'],
  ['credit', '{"id":"p.1","n":1e9}', '/n: credit must be a whole number from 0 to 1000000'],
])('/ipcserver/%s with %s is told what is missing', (uri, data, problem) => {
  expect(parseControl(control(uri, data))).toBe(problem);
});

test.each([
  '{"ipcReqID":"rq0","uri":"/ipcserver/cancel","data":{"id":"rq1"}}',
  '{"v":2,"ipcReqID":"p.1","uri":"/ipcserver/cancelled","data":{"id":"p.0"}}',
  '{"v":2,"ipcReqID":"p.1","uri":"/ipcserver/ping"}',
])('no other request is about another one: %s', (text) => {
  expect(isControl(request(text))).toBe(false);
});
