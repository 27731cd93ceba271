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
  '{{notice}} {{{raw}}} {{> "x"}} {{#if x}}',
  '<!-- comment --> <script>',
  'größe 😀 日本語',
];

/** A document with `text` wherever any text may stand. */
export function hostileDocument(text: string): string {
  const documented: Schema = { type: 'string', description: text, default: text, examples: [text], pattern: text };
  return documentText({
    service: text,
    endpoints: {
      '/a/b': {
        summary: text,
        request: objectOf({ documented, constant: { type: 'string', const: text } }),
        response: { type: 'string', enum: [text, 'other'], description: text },
        errors: { 'a.b': { type: 'null', description: text } },
      },
    },
  });
}
