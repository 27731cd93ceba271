import type { Schema } from '@pixl-ipc/contract';
import { resolvedSchema } from '../contract/schema-check';

type Types = Readonly<Record<string, Schema>>;
type Plain = Readonly<Record<string, unknown>>;

const ANYTHING = 'anything';

/** The JSON type that two members share and that does not tell them apart; undefined where every two differ. */
export function typesAlike(members: readonly Schema[], types: Types): string | undefined {
  const plain = members.map((member) => plainOf(member, types));
  return [...new Set(plain.map(jsonType))].find((type) => {
    const alike = plain.filter((member) => jsonType(member) === type);
    if (alike.length < 2) return type === ANYTHING;
    return !alike.every(isObject) || discriminatorOf(members, types) === undefined;
  });
}

/**
 * The key that tells the objects of a union apart: required in each, a different string constant in each. Of several the
 * first in the alphabet; undefined where there is none, or no two objects.
 */
export function discriminatorOf(members: readonly Schema[], types: Types): string | undefined {
  const objects = members.map((member) => plainOf(member, types)).filter(isObject);
  const [first] = objects;
  if (first === undefined || objects.length < 2) return undefined;
  return [...((first.required as string[] | undefined) ?? [])].sort().find((key) => {
    const constants = objects.map((object) => constantOfPlain(object, key, types));
    return !constants.includes(undefined) && new Set(constants).size === objects.length;
  });
}

/** The string that a required key of an object has to be; undefined where it may be another, or `member` is no object. */
export function constantOf(member: Schema, key: string, types: Types): string | undefined {
  const plain = plainOf(member, types);
  return isObject(plain) ? constantOfPlain(plain, key, types) : undefined;
}

/** Whether null is among what a schema allows. */
export function allowsNull(schema: Schema, types: Types): boolean {
  const plain = plainOf(schema, types);
  if ('anyOf' in plain) return (plain.anyOf as Schema[]).some((member) => allowsNull(member, types));
  return plain.type === 'null' || plain.type === undefined;
}

function constantOfPlain(object: Plain, key: string, types: Types): string | undefined {
  const property = (object.properties as Readonly<Record<string, unknown>>)[key];
  if (property === undefined || !((object.required as string[] | undefined) ?? []).includes(key)) return undefined;
  const constant = resolvedSchema(property, types)?.const;
  return typeof constant === 'string' ? constant : undefined;
}

function plainOf(member: Schema, types: Types): Plain {
  return resolvedSchema(member, types) ?? {};
}

function isObject(plain: Plain): boolean {
  return 'properties' in plain;
}

function jsonType({ type }: Plain): string {
  if (typeof type !== 'string') return ANYTHING;
  return type === 'integer' ? 'number' : type;
}
