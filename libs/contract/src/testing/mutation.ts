/** Which part of a schema changes, counted in its own order, and how; both wrap around. */
export interface Mutation {
  readonly part: number;
  readonly kind: number;
}

type Part = Readonly<Record<string, unknown>>;

/** How a part of a schema, or the object of its properties, may change. Undefined where the change makes no sense there. */
const KINDS: readonly ((part: Part, step: number) => Part | undefined)[] = [
  (part) => (isSchema(part) ? { anyOf: [part, { type: 'null' }] } : undefined),
  (part) => (Array.isArray(part.enum) ? { ...part, enum: [...(part.enum as unknown[]), 'new'] } : undefined),
  (part) => (Array.isArray(part.enum) ? { ...part, enum: part.enum.slice(1) } : undefined),
  (part) => (Array.isArray(part.anyOf) ? { ...part, anyOf: part.anyOf.slice(1) } : undefined),
  (part) => (part.type === 'integer' ? { ...part, type: 'number' } : undefined),
  (part) => (part.type === 'number' ? { ...part, type: 'integer' } : undefined),
  (part) => (Array.isArray(part.required) ? { ...part, required: part.required.slice(1) } : undefined),
  (part) => (isRecord(part.properties) ? { ...part, required: Object.keys(part.properties) } : undefined),
  (part) =>
    isRecord(part.properties) ? { ...part, properties: { ...part.properties, d: { type: 'integer' } } } : undefined,
  (part) => (part.type === 'string' && !('const' in part) ? { type: 'string' } : undefined),
  (part, step) => withoutKey(part, step),
  (part, step) => withNumber(part, step, 1),
  (part, step) => withNumber(part, step, -1),
];

/** A JSON Schema that is near to `schema`: something in it is a little different. */
export function mutated(schema: unknown, { part, kind }: Mutation): unknown {
  const parts = partsOf(schema);
  const target = parts[part % parts.length];
  const changes = KINDS.map((change) => (target === undefined ? undefined : change(target, part))).filter(
    (changed) => changed !== undefined,
  );
  return replaced(schema, target, changes[kind % changes.length] ?? target);
}

function partsOf(value: unknown): Part[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  return isRecord(value) ? [value, ...Object.values(value).flatMap(partsOf)] : [];
}

function replaced(value: unknown, target: Part | undefined, by: unknown): unknown {
  if (value === target) return by;
  if (Array.isArray(value)) return value.map((member) => replaced(member, target, by));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, target, by)]));
}

function withoutKey(part: Part, step: number): Part | undefined {
  const keys = Object.keys(part).filter((key) => key !== 'type');
  const gone = keys[step % keys.length];
  return gone === undefined ? undefined : Object.fromEntries(Object.entries(part).filter(([key]) => key !== gone));
}

function withNumber(part: Part, step: number, by: number): Part | undefined {
  const keys = Object.keys(part).filter((key) => typeof part[key] === 'number');
  const key = keys[step % keys.length];
  return key === undefined ? undefined : { ...part, [key]: Math.max(0, (part[key] as number) + by) };
}

function isSchema(part: Part): boolean {
  return 'type' in part || '$ref' in part || 'anyOf' in part;
}

function isRecord(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
