import { describe, expect, test } from 'vitest';
import {
  assertDistinctUris,
  assertEndpointUri,
  isReservedUri,
  normalizeEndpointUri,
  type EndpointUri,
} from './endpoint-uri';

describe('an endpoint URI', () => {
  test.each(['/a', '/myapi/test', '/v1/order-items/get2', '/a/b/c/d/e', '/thenable', '/ipcserver2/x', '/my/ipcserver'])(
    'may be %s',
    (uri) => {
      expect(() => assertEndpointUri(uri)).not.toThrow();
      expect(normalizeEndpointUri(uri)).toBe(uri);
      expect(normalizeEndpointUri(uri.slice(1))).toBe(uri);
    },
  );

  test.each([
    ['myapi/test', 'must begin with "/"; write "/myapi/test"'],
    ['/', 'has an empty segment; write a name between every two slashes and none after the last name'],
    ['/myapi/', 'has an empty segment; write a name between every two slashes and none after the last name'],
    ['/myapi//test', 'has an empty segment; write a name between every two slashes and none after the last name'],
    ['/myApi/test', 'segment "myApi" must match [a-z][a-z0-9-]*; write "my-api"'],
    ['/my_api', 'segment "my_api" must match [a-z][a-z0-9-]*; write "my-api"'],
    ['/2nd', 'segment "2nd" must match [a-z][a-z0-9-]*; write "nd"'],
    ['/-a', 'segment "-a" must match [a-z][a-z0-9-]*; write "a"'],
    ['/a/*', 'segment "*" must match [a-z][a-z0-9-]*; use lower-case letters, digits and hyphens, a letter first'],
    ['/a?x=1', 'segment "a?x=1" must match [a-z][a-z0-9-]*; write "a-x-1"'],
    ['/a\n', 'segment "a\\n" must match [a-z][a-z0-9-]*; write "a"'],
    ['/é', 'segment "é" must match [a-z][a-z0-9-]*; use lower-case letters, digits and hyphens, a letter first'],
    ['/__proto__', 'segment "__proto__" must match [a-z][a-z0-9-]*; write "proto"'],
    ['/a/then', 'segment "then" would become "then" in generated code; choose another name'],
    ['/constructor/a', 'segment "constructor" would become "constructor" in generated code; choose another name'],
    ['/prototype', 'segment "prototype" would become "prototype" in generated code; choose another name'],
    ['/then-', 'segment "then-" would become "then" in generated code; choose another name'],
    ['/ipcserver', '/ipcserver is reserved for the endpoints that are built in; choose another first segment'],
    ['/ipcserver/mine', '/ipcserver is reserved for the endpoints that are built in; choose another first segment'],
  ])('may not be %j, and the error says the rule and the remedy', (uri, reason) => {
    expect(() => assertEndpointUri(uri)).toThrow(
      expect.objectContaining({ message: `${JSON.stringify(uri)}: ${reason}` }),
    );
  });

  test('may not be empty', () => {
    expect(() => assertEndpointUri('')).toThrow('the URI is empty; write a slash before each name, e.g. "/myapi/test"');
  });

  test('is checked when normalised', () => {
    expect(() => normalizeEndpointUri('ipcserver/x')).toThrow('"/ipcserver/x": /ipcserver is reserved');
    expect(() => normalizeEndpointUri('My')).toThrow('write "my"');
    expect(() => normalizeEndpointUri('')).toThrow('has an empty segment');
  });
});

test.each([
  ['/ipcserver', true],
  ['/ipcserver/', true],
  ['/ipcserver/test/echo', true],
  ['/ipcserver2', false],
  ['/ipcserver-x/a', false],
  ['/a/ipcserver', false],
  ['ipcserver/a', false],
  ['', false],
])('isReservedUri(%j) is %s', (uri, reserved) => {
  expect(isReservedUri(uri)).toBe(reserved);
});

describe('the URIs of one contract', () => {
  const assert =
    (...uris: EndpointUri[]) =>
    () =>
      assertDistinctUris(uris);

  test('may share prefixes and last segments', () => {
    expect(assert()).not.toThrow();
    expect(assert('/a/b', '/a/c', '/b/b', '/a/d/e', '/ab', '/order-items/get', '/orders/get')).not.toThrow();
  });

  test.each<[EndpointUri[], string]>([
    [['/a/b', '/a/b'], '"/a/b": is declared twice; rename one of them'],
    [['/a/b-c', '/a/bc'], '"/a/bc": gets the same name in generated code as "/a/b-c"; rename one of them'],
    [['/a-1', '/a1'], '"/a1": gets the same name in generated code as "/a-1"; rename one of them'],
    [['/a-b/x', '/ab/y'], '"/ab/y": "/ab" gets the same name in generated code as "/a-b"; spell the segments alike'],
    [['/a', '/a/b'], '"/a/b": lies under "/a", which is an endpoint itself; move that one to "/a/get" or the like'],
    [['/a/b/c', '/a'], '"/a/b/c": lies under "/a", which is an endpoint itself; move that one to "/a/get" or the like'],
  ])('may not be %j', (uris, reason) => {
    expect(assert(...uris)).toThrow(expect.objectContaining({ message: reason }));
  });
});
