import type { ContractDocument, Schema } from '@pixl-ipc/contract';
import { parseContractDocument } from '../contract/contract-document';

/** What of an endpoint a test cares about. */
export interface EndpointSketch {
  readonly request?: Schema;
  readonly response?: Schema;
  readonly errors?: Readonly<Record<string, Schema>>;
  readonly summary?: string;
  readonly stream?: true;
}

/** What of a document a test cares about. */
export interface DocumentSketch {
  readonly service?: string;
  readonly endpoints?: Readonly<Record<string, EndpointSketch>>;
  readonly types?: Readonly<Record<string, Schema>>;
}

/** A document as its file would hold it, with all that the test does not say. */
export function documentText({ service = 'test-daemon', endpoints = {}, types = {} }: DocumentSketch): string {
  const filled = Object.entries(endpoints).map(([uri, sketch]) => [
    uri,
    {
      hash: '0123456789ab',
      request: { type: 'object', properties: {} },
      response: { type: 'null' },
      errors: {},
      ...sketch,
    },
  ]);
  return JSON.stringify({
    pixlIpc: 1,
    service: { name: service, version: '1.0.0' },
    hash: 'ba9876543210',
    endpoints: Object.fromEntries(filled) as object,
    types,
  });
}

export function sketchedDocument(sketch: DocumentSketch): ContractDocument {
  return parseContractDocument(documentText(sketch));
}

/** An object schema of which every key is required. */
export function objectOf(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

/** Text that would be code, if it were not made harmless: for comments, literals and names in both languages. */
export const HOSTILE_TEXTS: readonly string[] = [
  '*/ process.exit(1); /*',
  "'; process.exit(1); '",
  '"; process.exit(1); "',
  '`; process.exit(1); `',
  '${process.exit(1)}',
  '{$this->exit()} $x ${x} {${exit(1)}}',
  '?> <b>html</b> <?php exit(1);',
  '\\',
  "\\'",
  'ends with \\',
  'line\nbreak // exit\r\nand\ranother',
  'separators \u2028process.exit(1)\u2029;',
  'turned \u202eround\u202c, \u0000 nothing, \ufeff mark, \u200b space',
  '@var int $x\n@deprecated\n @return never',
  'a {@link x} b {@inheritdoc} (@internal) "@deprecated", a@example.com',
  '{{notice}} {{{raw}}} {{> "x"}} {{#if x}}',
  '<!-- comment --> <script>',
  'größe 😀 日本語',
  'x'.repeat(5_000),
];

/** A document with `text` wherever any text may stand. */
export function hostileDocument(text: string): string {
  const documented: Schema = { type: 'string', description: text, default: text, examples: [text], pattern: text };
  return documentText({
    service: text,
    endpoints: {
      '/a/b': {
        summary: text,
        request: objectOf({
          documented,
          constant: { type: 'string', const: text },
          choice: { anyOf: [text, 'other'].map((kind) => objectOf({ kind: { type: 'string', const: kind } })) },
        }),
        response: { type: 'string', enum: [text, 'other'], description: text },
        errors: { 'a.b': { type: 'null', description: text } },
      },
    },
  });
}

/** Names that mean something in a language or to code that is generated: of types, in two spellings, and of URIs and keys. */
const TYPE_NAMES = [
  ...['Foo', 'FOO', 'FoO', 'List', 'LIST', 'Readonly', 'Mixed', 'Class', 'Enum', 'String', 'Never', 'Self', 'Parent'],
  ...['Absent', 'Client', 'ClientOptions', 'Decode', 'Encode', 'DecodeException', 'RemoteException', 'Transport'],
  ...['Closure', 'Generator', 'DateTimeImmutable', 'JsonSerializable', 'StdClass', 'Throwable', 'FakeTransport'],
  ...['Promise', 'Record', 'Object', 'Array', 'Symbol', 'CallOptions', 'IpcError', 'Handler', 'Request', 'JSON'],
  ...['TestDaemon', 'TestDaemonClient', 'TestDaemonFake', 'TestDaemonErrors', 'InEndpoints', `Long${'er'.repeat(200)}`],
];
const WORDS = [
  ...['class', 'list', 'new', 'namespace', 'default', 'function', 'static', 'self', 'print', 'delete', 'await', 'null'],
  ...['arguments', 'eval', 'connect', 'transport', 'client', 'request', 'options'],
  ...['json', 'object', 'path', 'read-item', 'call', 'data', 'enum', 'true', 'int', `long${'er'.repeat(200)}`],
];
/** Values of one enum, of which some are one name, and some none. */
export const ENUM_VALUES: readonly string[] = [
  ...[
    'class',
    'Class',
    'CLASS',
    'a-b',
    'a b',
    'aB',
    '',
    ' ',
    '😀',
    '+',
    '-',
    '2fa',
    'größe',
    'cases',
    'from',
    'tryFrom',
  ],
  ...['__proto__', 'constructor', 'prototype', 'then', 'null', 'true', 'self', 'value', 'name', `a${'b'.repeat(400)}`],
  `a${'b'.repeat(401)}`,
];

/** A document of names that a careless generator would trip over. */
export function namesDocument(): string {
  const request = objectOf({
    ...Object.fromEntries(WORDS.map((word) => [word, { type: 'string' } as const])),
    constant: { type: 'string', const: 'one' },
    _private: { type: 'array', items: { type: 'array', items: { type: 'array', items: { type: 'integer' } } } },
    'camelCase-snake_kebab': { type: 'string', enum: ENUM_VALUES },
  });
  const types = Object.fromEntries(
    TYPE_NAMES.map((name, index) => [
      name,
      index % 5 === 0 ? ({ type: 'string', enum: [name, 'other'] } as const) : objectOf({ key: { type: 'string' } }),
    ]),
  );
  const words = WORDS.flatMap((word) => [
    [`/${word}/${word}`, {}],
    [`/in/${word}`, { stream: true, response: { type: 'array', items: { type: 'integer' } } }],
  ]);
  const response = objectOf(
    Object.fromEntries(TYPE_NAMES.map((name, index) => [`key${index}`, { $ref: `#/types/${name}` }])),
  );
  const errors = { 'in.class': request, 'foo_bar.null': { type: 'null' }, 'foobar.list': response } as const;
  return documentText({
    endpoints: { ...(Object.fromEntries(words) as DocumentSketch['endpoints']), '/all': { request, response, errors } },
    types,
  });
}

/** A document of names as long as people make them. */
export function longNamesDocument(): string {
  const request: Schema = {
    type: 'object',
    properties: {
      'state-of-the-approval': { type: 'string', enum: ['requested by somebody', 'approved by somebody'] },
    },
  };
  const uri = '/inventory/warehouse-transfers';
  const errors = { 'inventory_transfers.not_allowed_here': request, 'inventory_transfers.approved_by_all': request };
  return documentText({
    service: 'warehouse-inventory-service-daemon',
    endpoints: {
      [`${uri}/list-pending-approvals`]: { request, response: request, errors },
      [`${uri}/watch-pending-approvals-of-all`]: { request, response: request, stream: true },
    },
  });
}
