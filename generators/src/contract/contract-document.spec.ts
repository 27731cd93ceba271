import type { Schema } from '@pixl-ipc/contract';
import { describe, expect, it } from 'vitest';
import { documentText, objectOf, type DocumentSketch } from '../testing/documents';
import { ordersDocumentText } from '../testing/orders';
import { shapesDocumentText } from '../testing/shapes';
import { parseContractDocument } from './contract-document';

/** Of a document whose one response is this schema. */
function reading(schema: unknown, types: Readonly<Record<string, unknown>> = {}): () => unknown {
  const sketch = { endpoints: { '/a': { response: schema } }, types } as DocumentSketch;
  return () => parseContractDocument(documentText(sketch));
}

describe('a contract document', () => {
  it.each([
    ['every shape', shapesDocumentText()],
    ['orders', ordersDocumentText()],
    ['nothing', documentText({})],
  ])('of %s is read as it stands', (_, text) => {
    expect(parseContractDocument(text)).toEqual(JSON.parse(text));
  });

  it.each([
    ['no JSON', '{', /^the contract: is no JSON: .*; generate the document again$/],
    ['no object', '[]', /^the contract: the document is no object; /],
    ['of another version', '{ "pixlIpc": 2 }', /pixlIpc is 2, this version reads 1; update pixl-ipc here, or generate/],
    [
      'without a service',
      '{ "pixlIpc": 1, "endpoints": {}, "types": {}, "hash": "0123456789ab" }',
      /service is no object/,
    ],
    ['with a hash of another kind', documentText({}).replace('ba9876543210', '*/ exit'), /hash is "\*\/ exit"; /],
    ['with a service of no name', documentText({ service: ' ' }), /service\.name is " "; give the daemon a name/],
    ['with text that is none', documentText({ service: '\ud800' }), /"#\/service\/name": holds a lone surrogate/],
  ])('that is %s is refused', (_, text, message) => {
    expect(() => parseContractDocument(text)).toThrow(message);
  });

  it.each([
    ['/A', /segment "A" must match \[a-z\]\[a-z0-9-\]\*; write "a"/],
    ["/a'b", /must match .*; write "a-b"/],
    ['/2fa', /must match .*; write "fa"/],
    ['/😀', /must match .*; use lower-case letters, digits and hyphens/],
    ['/a/', /has an empty segment/],
    ['/then', /would become "then" in generated code; choose another name/],
    ['/a/constructor', /would become "constructor" in generated code/],
    ['/ipcserver/x', /is reserved for the endpoints that are built in/],
  ])('with the URI %j is refused', (uri, message) => {
    expect(() => parseContractDocument(documentText({ endpoints: { [uri]: {} } }))).toThrow(message);
  });

  it.each([
    ['/a-b', '/aB', /must match/],
    ['/a-b', '/ab', /gets the same name in generated code as "\/a-b"; rename one of them/],
    ['/a', '/a/b', /"\/a\/b": lies under "\/a", which is an endpoint itself; move that one to "\/a\/get"/],
  ])('with the URIs %j and %j is refused', (one, two, message) => {
    expect(() => parseContractDocument(documentText({ endpoints: { [one]: {}, [two]: {} } }))).toThrow(message);
  });

  it.each([
    ...Object.getOwnPropertyNames(Object.prototype),
    'then',
    'prototype',
    'this',
    '2fa',
    '',
    'a b',
    "it's",
    '$x',
    'größe',
    '😀',
    '__x',
  ])('whose object has the key %j is refused', (key) => {
    const properties = JSON.parse(`{ ${JSON.stringify(key)}: { "type": "string" } }`) as Record<string, Schema>;
    expect(reading({ type: 'object', properties })).toThrow(
      'has no name in generated code; rename the key, or make the object a map',
    );
  });

  it.each([
    [
      'two keys of one name',
      objectOf({ 'a-b': {}, aB: {} }),
      'gets the name of another key in generated code; rename it',
    ],
    [
      'a key that is required and not there',
      { type: 'object', properties: {}, required: ['a'] },
      'requires "a", which',
    ],
    ['a type that is not there', { $ref: '#/types/Money' }, 'refers to "#/types/Money", which is not there'],
    ['a reference to elsewhere', { $ref: 'https://example.com/x' }, 'refers to "https://example.com/x"'],
    ['a type that JSON does not have', { type: 'date' }, '"date" is no type of JSON'],
    ['a constant of another type', { type: 'integer', const: 'x' }, 'const is "x", which is no integer'],
    ['a constant that is code', { type: 'string', const: { a: 1 } }, 'const is {"a":1}, which is no string'],
    ['an enum of numbers', { type: 'string', enum: [1, 2] }, 'enum is [1,2]'],
    ['an enum of nothing', { type: 'string', enum: [] }, 'enum is []'],
    ['a value twice', { type: 'string', enum: ['a', 'a'] }, 'enum is ["a","a"]'],
    ['a union of one', { anyOf: [{ type: 'string' }] }, 'is a union of less than two schemas'],
    ['a description that is no text', { type: 'string', description: 1 }, 'description is 1'],
    ['a limit that is text', { type: 'integer', minimum: '*/' }, 'minimum is "*/"'],
    ['a list of no schema', { type: 'array' }, 'is no schema'],
  ])('whose schema has %s is refused', (_, schema, message) => {
    expect(reading(schema)).toThrow(message);
  });

  it.each(['money', '$Money', 'Mo ney', '__proto__', '2Money', 'Größe', ''])(
    'with a type named %j is refused',
    (name) => {
      const types = JSON.parse(`{ ${JSON.stringify(name)}: { "type": "string" } }`) as Record<string, unknown>;
      expect(reading({ type: 'null' }, types)).toThrow(
        'the name of a type does not match [A-Z][A-Za-z0-9]*; rename it',
      );
    },
  );

  it('with a type that is only itself is refused', () => {
    expect(reading({ $ref: '#/types/A' }, { A: { $ref: '#/types/B' }, B: { $ref: '#/types/A' } })).toThrow(
      '"#/types/A": is only itself; say what it is',
    );
  });

  it.each([
    ['sold_out', /an error code is names of .* with dots between them; write a namespace and a name/],
    ['Orders.SoldOut', /an error code is names of/],
    ['orders.constructor', /"constructor" would mean something else in code; choose another name/],
  ])('with the error code %j is refused', (code, message) => {
    const endpoints = { '/a': { errors: { [code]: { type: 'null' } as const } } };
    expect(() => parseContractDocument(documentText({ endpoints }))).toThrow(message);
  });

  it('whose request is no object is refused', () => {
    const endpoints = { '/a': { request: { type: 'array', items: {} } as const } };
    expect(() => parseContractDocument(documentText({ endpoints }))).toThrow(
      '"/a#/request": a request has to be an object; put what it is now under a key',
    );
  });

  it('is refused with all that is wrong, a line each', () => {
    const endpoints = {
      '/a': { response: { type: 'date' }, errors: { x: {} } },
      '/b': { request: { type: 'string' } },
    } as unknown as NonNullable<DocumentSketch['endpoints']>;
    expect(() => parseContractDocument(documentText({ endpoints }))).toThrow(
      /^"\/a#\/response": .*\n"\/a#\/errors\/x": .*\n"\/b#\/request": .*$/,
    );
  });
});
