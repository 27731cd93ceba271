import type { Schema } from '@pixl-ipc/contract';
import { describe, expect, it } from 'vitest';
import { parseContractDocument } from '../../contract/contract-document';
import { generateClient, type GeneratedFile } from '../../emit/generate-client';
import {
  ENUM_VALUES,
  HOSTILE_TEXTS,
  hostileDocument,
  namesDocument,
  objectOf,
  sketchedDocument,
} from '../../testing/documents';
import { shapesDocumentText } from '../../testing/shapes';

function generated(text: string): Promise<GeneratedFile[]> {
  return generateClient({
    document: parseContractDocument(text),
    language: 'php',
    options: { namespace: 'App\\Ipc' },
  });
}

/** The file of a type `Subject` of this schema. */
async function classOf(schema: Schema): Promise<string> {
  const document = sketchedDocument({
    endpoints: { '/a': { response: { $ref: '#/types/Subject' } } },
    types: { Subject: schema },
  });
  const files = await generateClient({ document, language: 'php', options: { namespace: 'App' } });
  return files.find(({ path }) => path === 'Subject.php')?.content ?? '';
}

describe('a generated PHP client', () => {
  it('has a file for each class, under a name that no disk takes for another', async () => {
    const files = await generated(namesDocument());
    const paths = files.map(({ path }) => path);
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
    for (const { path, content } of files) {
      for (const part of path.split('/')) expect(part.length).toBeLessThan(128);
      const [, namespace, name] = /^namespace (.+);$[^]*^(?:final (?:readonly )?class|enum) (\w+)/m.exec(content) ?? [];
      expect(`${namespace ?? ''}\\${name ?? ''}.php`).toBe(`App\\Ipc\\${path.replaceAll('/', '\\')}`);
    }
    expect(paths).toEqual(
      expect.arrayContaining(['FOO.php', 'FoO_.php', 'Foo__.php', 'LIST_.php', 'List__.php', 'Mixed_.php']),
    );
  });

  it('has no line that is too long to read', async () => {
    for (const { path, content } of await generated(shapesDocumentText())) {
      expect(
        content.split('\n').filter((line) => line.length > 120),
        path,
      ).toEqual([]);
    }
  });

  it.each(HOSTILE_TEXTS)('never leaves PHP, and hides nothing, with %j in the contract', async (text) => {
    for (const { path, content } of await generated(hostileDocument(text))) {
      expect(content.startsWith('<?php\n'), path).toBe(true);
      const bare = content.replace(/\/\*\*[^]*?\*\/|\/\/.*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, '');
      expect(bare, path).not.toMatch(/\?>|exit|html|script|größe/);
      expect(content.replaceAll('\n', ''), path).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    }
  });

  it('sends each call with the hash of its endpoint', async () => {
    const document = parseContractDocument(shapesDocumentText());
    const text = (await generated(shapesDocumentText())).map(({ content }) => content).join('\n');
    for (const { hash } of Object.values(document.endpoints)) expect(text).toContain(`contract: '${hash}'`);
  });
});

describe('the PHP of', () => {
  it('an enum has a case for each value, whatever the value', async () => {
    const text = await classOf({ type: 'string', enum: ENUM_VALUES });
    const cases = [...text.matchAll(/^ {4}case (\w+) = /gm)].map(([, name = '']) => name);
    expect(cases).toHaveLength(ENUM_VALUES.length);
    expect(new Set(cases).size).toBe(cases.length);
    expect(cases.filter((name) => name.toLowerCase() === 'class')).toEqual([]);
  });

  it('an enum keeps the names of its cases when values are added or change places', async () => {
    const casesOf = async (values: readonly string[]) => {
      const text = await classOf({ type: 'string', enum: values });
      return [...text.matchAll(/^ {4}case \w+ = .*;$/gm)].map(([line]) => line).sort();
    };
    const all = await casesOf(ENUM_VALUES);
    expect(await casesOf(ENUM_VALUES.toReversed())).toEqual(all);
    expect(all).toEqual(expect.arrayContaining(await casesOf(ENUM_VALUES.filter((_, index) => index % 2 === 0))));
  });

  it.each<[string, Schema, string]>([
    ['text', { type: 'string' }, 'public string $it,'],
    ['an integer', { type: 'integer' }, 'public int $it,'],
    ['a number', { type: 'number' }, 'public float $it,'],
    ['a constant that is too large for an integer', { type: 'number', const: 1e300 }, 'public const IT = 1E+300;'],
    ['a time', { type: 'string', format: 'date-time' }, 'public \\DateTimeImmutable $it,'],
    ['anything', {}, 'public mixed $it,'],
    ['a constant', { type: 'string', const: "it's" }, "public const IT = 'it\\'s';"],
    ['a list', { type: 'array', items: { type: 'string' } }, '@param list<string> $it'],
    ['a map', { type: 'object', additionalProperties: { type: 'number' } }, '@param array<array-key, float> $it'],
    ['text or null', { anyOf: [{ type: 'string' }, { type: 'null' }] }, 'public ?string $it,'],
    ['a union', { anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 'public string|bool $it,'],
    [
      'a list or a map',
      {
        anyOf: [
          { type: 'array', items: {} },
          { type: 'object', additionalProperties: {} },
        ],
      },
      'public array|\\stdClass $it,',
    ],
  ])('%s says what it is', async (_, schema, declaration) => {
    expect(await classOf(objectOf({ it: schema }))).toContain(declaration);
  });

  it.each<[string, Schema, string]>([
    ['null', { type: 'string' }, 'public ?string $it = null,'],
    [
      'Absent, where null is a value',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      'public string|Absent|null $it = Absent::Value,',
    ],
    ['Absent, where anything is', {}, 'public mixed $it = Absent::Value,'],
  ])('a key that is left out is %s', async (_, schema, declaration) => {
    expect(await classOf({ type: 'object', properties: { it: schema } })).toContain(declaration);
  });

  it('what a property is for says everything that its type cannot', async () => {
    const text = await classOf(
      objectOf({
        count: {
          type: 'integer',
          description: 'How many.\n\nReally.',
          minimum: 1,
          exclusiveMaximum: 10,
          default: 2,
          examples: [3, 4],
          deprecated: true,
        },
      }),
    );
    expect(text).toContain(`    /**
     * @param int $count Deprecated.
     *   How many.
     *
     *   Really.
     *   At least 1, less than 10.
     *   Default: 2.
     *   Such as 3, 4.
     */`);
  });
});
