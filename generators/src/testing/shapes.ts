import { contractDocument, endpoint, serializeContractDocument } from '@pixl-ipc/contract';
import { z } from 'zod';

/** Every shape that a schema may have, each for itself and within others. */
const money = z
  .object({ amount: z.int().min(0), currency: z.enum(['EUR', 'USD']) })
  .meta({ id: 'Money', description: 'An amount of money.' });

interface TreeNode {
  name: string;
  children: TreeNode[];
}
const tree: z.ZodType<TreeNode, TreeNode> = z
  .lazy(() => z.object({ name: z.string(), children: z.array(tree) }))
  .meta({ id: 'Tree' });

type JsonData = string | number | boolean | null | JsonData[] | { [key: string]: JsonData };
const json: z.ZodType<JsonData, JsonData> = z
  .lazy(() => z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(z.string(), json)]))
  .meta({ id: 'JsonData' });

type Nesting = Nesting[];
const nesting: z.ZodType<Nesting, Nesting> = z.lazy(() => z.array(nesting)).meta({ id: 'Nesting' });

const sku = z.string().max(64).meta({ id: 'Sku' });
const shape = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('circle'), radius: z.number() }),
    z.object({ kind: z.literal('square'), side: z.number(), 'tilted-by': z.number().optional() }),
  ])
  .meta({ id: 'Shape', description: 'What is drawn.' });

const everything = z.object({
  text: z.string(),
  count: z.int().min(1).max(10).describe('How many.'),
  ratio: z.number(),
  flag: z.boolean(),
  nothing: z.null(),
  anything: z.unknown(),
  version: z.literal(2),
  label: z.literal("it's"),
  yes: z.literal(true),
  status: z.enum(['open', 'sold-out', '', '2fa', 'class']),
  at: z.iso.datetime(),
  day: z.iso.date(),
  optional: z.string().optional(),
  optionalCount: z.int().optional(),
  optionalAt: z.iso.datetime().optional(),
  optionalLiteral: z.literal('on').optional(),
  optionalAnything: z.unknown().optional(),
  nullable: z.string().nullable(),
  nullableAt: z.iso.datetime().nullable(),
  both: z.string().nullable().optional(),
  bothAt: z.iso.datetime().nullable().optional(),
  bothStatus: z.enum(['a', 'b']).nullable().optional(),
  defaulted: z.enum(['low', 'high']).default('low'),
  list: z.array(z.string()),
  lists: z.array(z.array(z.int())),
  times: z.array(z.iso.datetime()),
  gaps: z.array(z.string().nullable()),
  lines: z.array(z.object({ sku, qty: z.int(), note: z.string().optional() })),
  map: z.record(z.string(), z.int()),
  mapOfMaps: z.record(z.string(), z.record(z.string(), z.iso.datetime())),
  mapOfObjects: z.record(z.string(), z.object({ x: z.number() })),
  money,
  prices: z.array(money),
  optionalMoney: money.optional(),
  tree,
  json,
  nesting,
  sku,
  shape,
  shapes: z.array(shape),
  nullableShape: shape.nullable(),
  optionalShape: shape.optional(),
  scalar: z.union([z.string(), z.number(), z.boolean()]),
  mixed: z.union([z.int(), z.array(z.iso.datetime()), z.object({ a: z.string() })]).nullable(),
  mapOrList: z.union([z.array(z.int()), z.record(z.string(), z.int())]),
  enumOrNumber: z.union([z.enum(['auto', 'none']), z.int()]),
  empty: z.object({}),
  nested: z.object({ inner: z.object({ deepest: z.object({ value: z.string() }) }) }),
  'kebab-key': z.string(),
  snake_key: z.string(),
  class: z.string(),
  path: z.string().optional(),
  object: z.string().optional(),
});

/** The contracts of a daemon that echoes every shape. */
export const SHAPES = [
  endpoint('/shapes/echo', {
    request: everything,
    response: everything,
    errors: {
      'shapes.refused': z.object({ reason: z.string(), at: z.iso.datetime() }),
      'shapes.plain': z.null(),
    },
    idempotent: true,
  }),
  endpoint('/shapes/watch', { request: z.object({ from: z.int() }), response: shape, stream: true }),
  endpoint('/shapes/times', {
    request: z.object({}),
    response: z.array(z.iso.datetime()),
    errors: { 'shapes.refused': z.object({ reason: z.string(), at: z.iso.datetime() }) },
    stream: true,
  }),
  endpoint('/shapes/list', { request: z.object({ of: z.array(sku).optional() }), response: z.array(sku) }),
  endpoint('/shapes/deep/er/scalar', {
    request: z.object({ value: z.int().optional() }),
    response: z.int().nullable(),
  }),
  endpoint('/list/class', { request: z.object({ new: z.string() }), response: z.object({ new: z.string() }) }),
  endpoint('/ping', { request: z.object({}), response: z.null() }),
] as const;

/** Their contract document, as a daemon's `ipc-contract.json` holds it. */
export function shapesDocumentText(): string {
  const summaries = new Map([['/shapes/echo', 'Gives back what it got.\n\nWhatever that is.']]);
  const service = { name: 'shapes-daemon', version: '1.2.3' };
  return serializeContractDocument(contractDocument({ service, endpoints: SHAPES, summaries }));
}

/** What `/shapes/echo` gives back as it is: once with all that it may have, once with the least. */
export const ECHOED: readonly [z.input<typeof everything>, z.input<typeof everything>] = [
  {
    text: 'grüße “\u{1f600}” \'"\\ \n ?> */ ${x} $x {$x}',
    count: 3,
    ratio: 1.5,
    flag: false,
    nothing: null,
    anything: { a: [1, 'x', null, {}], b: {} },
    version: 2,
    label: "it's",
    yes: true,
    status: 'sold-out',
    at: '2026-01-31T23:59:59.123Z',
    day: '2026-02-28',
    optional: 'there',
    optionalCount: 0,
    optionalAt: '2026-01-01T00:00:00.000Z',
    optionalLiteral: 'on',
    optionalAnything: [],
    nullable: 'text',
    nullableAt: '2026-01-01T00:00:00.000Z',
    both: 'text',
    bothAt: '2026-01-01T00:00:00.000Z',
    bothStatus: 'b',
    defaulted: 'high',
    list: ['a', 'b'],
    lists: [[1], [], [2, 3]],
    times: ['2026-01-01T00:00:00.000Z'],
    gaps: ['a', null],
    lines: [
      { sku: 'a1', qty: 1 },
      { sku: 'b2', qty: 2, note: '' },
    ],
    map: { one: 1, '2': 2, '': 3, constructor: 4, "it's */ ?>": 5, 'größe \u{1f600}': 6, 'a/b~c': 7 },
    mapOfMaps: { a: { b: '2026-01-01T00:00:00.000Z' }, c: {} },
    mapOfObjects: { p: { x: 0.25 } },
    money: { amount: 100, currency: 'EUR' },
    prices: [{ amount: 0, currency: 'USD' }],
    optionalMoney: { amount: 5, currency: 'USD' },
    tree: { name: 'root', children: [{ name: 'leaf', children: [] }] },
    json: { a: [1, 'x', true, null, { b: {} }], c: [] },
    nesting: [[], [[]]],
    sku: 'c3',
    shape: { kind: 'circle', radius: 0.5 },
    shapes: [
      { kind: 'square', side: 2.5, 'tilted-by': 0.1 },
      { kind: 'circle', radius: 7.25 },
    ],
    nullableShape: { kind: 'square', side: 1.5 },
    optionalShape: { kind: 'circle', radius: 3.5 },
    scalar: 'text',
    mixed: ['2026-01-01T00:00:00.000Z'],
    mapOrList: { a: 1 },
    enumOrNumber: 'none',
    empty: {},
    nested: { inner: { deepest: { value: 'found' } } },
    'kebab-key': 'k',
    snake_key: 's',
    class: 'c',
    path: 'p',
    object: 'o',
  },
  {
    text: '',
    count: 1,
    ratio: 2,
    flag: true,
    nothing: null,
    anything: null,
    version: 2,
    label: "it's",
    yes: true,
    status: '',
    at: '2026-01-31T23:59:59.000Z',
    day: '2026-02-28',
    nullable: null,
    nullableAt: null,
    both: null,
    bothAt: null,
    bothStatus: null,
    defaulted: 'low',
    list: [],
    lists: [],
    times: [],
    gaps: [],
    lines: [],
    map: {},
    mapOfMaps: {},
    mapOfObjects: {},
    money: { amount: 0, currency: 'EUR' },
    prices: [],
    tree: { name: '', children: [] },
    json: {},
    nesting: [],
    sku: '',
    shape: { kind: 'square', side: 1 },
    shapes: [],
    nullableShape: null,
    scalar: 12,
    mixed: null,
    mapOrList: [],
    enumOrNumber: 12,
    empty: {},
    nested: { inner: { deepest: { value: '' } } },
    'kebab-key': '',
    snake_key: '',
    class: '',
  },
];
