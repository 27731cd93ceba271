import { canonicalJson } from '../canonical-json';
import { contractError } from '../contract-error';
import { isObject, isReference, isUnion, mapChildren, resolved, typeNameOf } from './children';
import { enumerationOf } from './enumeration';
import type { ObjectSchema, Schema, SchemaTypes, StringSchema, UnionSchema } from './schema';
import { withoutDocs } from './schema-docs';

const NULL: Schema = { type: 'null' };

/** `schema` with every union in it in normal form. `types` are all named types, their unions as they came. */
export function normalizeUnions(schema: Schema, types: SchemaTypes, at: string): Schema {
  const inside = mapChildren(schema, (child, pointer) => normalizeUnions(child, types, `${at}${pointer}`));
  return isUnion(inside) ? normalizeUnion(inside, types, at) : inside;
}

function normalizeUnion({ anyOf, ...docs }: UnionSchema, types: SchemaTypes, at: string): Schema {
  const given = anyOf.flatMap((member) => (isUnion(member) ? member.anyOf : [member]));
  const others = given.filter(isSomething);
  if (others.length > 0 && others.every(isUnknown)) return docs;
  const members = others.flatMap((member) => membersOf(member, types, at));
  // One nullable named type keeps its name, even if it is a union; in a larger union such a type is written out.
  const distinct = others.length === 1 ? others : merged(members.filter(isSomething), at);
  assertDistinguishable(distinct, types, at);
  const nullInside = !members.every(isSomething);
  const nullable = others.length === 1 ? given.length > 1 && !nullInside : given.length > others.length || nullInside;
  const [first, ...rest] = nullable ? [...distinct, NULL] : distinct;
  if (first === undefined) throw contractError(at, 'has no members', 'give it some');
  return rest.length === 0 ? { ...first, ...docs } : { anyOf: [first, ...rest], ...docs };
}

/** What a member of a union stands for: itself, or the members of the named union that it refers to. */
function membersOf(member: Schema, types: SchemaTypes, at: string, inside: readonly string[] = []): readonly Schema[] {
  if (isUnion(member)) return member.anyOf.flatMap((inner) => membersOf(inner, types, at, inside));
  if (!isReference(member)) return [member];
  const name = typeNameOf(member);
  const type = resolved(member, types);
  if (!isUnion(type)) return [member];
  if (inside.includes(name)) throw contractError(at, `type ${name} is one of its own members`, 'leave that one out');
  return membersOf(type, types, at, [...inside, name]);
}

/** Equal members once, all string constants and enums as one, true and false as boolean. */
function merged(members: readonly Schema[], at: string): Schema[] {
  const distinct = [...new Map(members.map((member) => [canonicalJson(withoutDocs(member)), member])).values()];
  const values = distinct.flatMap(namedValues);
  const enumerated = distinct.filter((member) => namedValues(member).length > 0);
  if (enumerated.length < 2) return distinct;
  const enumeration = enumerationOf([...new Set(values)], false, at);
  const rest = distinct.filter((member) => !enumerated.includes(member));
  return [...(isUnion(enumeration) ? enumeration.anyOf : [enumeration]), ...rest];
}

function namedValues(member: Schema): readonly (string | boolean)[] {
  if (!('type' in member)) return [];
  if (member.type === 'string') return member.enum ?? (member.const === undefined ? [] : [member.const]);
  return member.type === 'boolean' && member.const !== undefined ? [member.const] : [];
}

function assertDistinguishable(members: readonly Schema[], types: SchemaTypes, at: string): void {
  if (members.length < 2) return;
  const plain = members.map((member) => resolved(member, types));
  for (const type of new Set(plain.map(jsonType))) {
    if (type === undefined) {
      throw contractError(at, 'is a union of anything and something', 'make it unknown, or leave that member out');
    }
    const alike = plain.filter((member) => jsonType(member) === type);
    if (alike.length < 2) continue;
    if (type !== 'object' || !alike.every(isObject)) {
      throw contractError(
        at,
        `is a union of ${alike.length} schemas of ${type}, which cannot be told apart`,
        remedyFor(type),
      );
    }
    if (discriminatorOf(alike, types) === undefined) {
      const remedy = 'give each the same required key with a string constant of its own, e.g. kind: "circle"';
      throw contractError(at, `is a union of ${alike.length} objects that cannot be told apart`, remedy);
    }
  }
}

/**
 * The key that tells objects apart: required in each, a different string constant in each. Of several the first in the
 * alphabet; undefined where there is none, or nothing to tell apart.
 */
export function discriminatorOf(objects: readonly ObjectSchema[], types: SchemaTypes): string | undefined {
  const [first, second] = objects;
  if (second === undefined) return undefined;
  return first?.required?.find((key) => {
    const constants = objects.map((object) => constantOf(object, key, types));
    return !constants.includes(undefined) && new Set(constants).size === objects.length;
  });
}

/** The string constant that a required key of an object has to be. */
export function constantOf(object: ObjectSchema, key: string, types: SchemaTypes): string | undefined {
  const property = object.properties[key];
  if (property === undefined || object.required?.includes(key) !== true) return undefined;
  const schema = resolved(property, types) as Partial<StringSchema>;
  return typeof schema.const === 'string' ? schema.const : undefined;
}

function jsonType(schema: Schema): string | undefined {
  if (!('type' in schema)) return undefined;
  return schema.type === 'integer' ? 'number' : schema.type;
}

function remedyFor(type: string): string {
  if (type === 'string') return 'allow any string, or only named ones';
  if (type === 'number') return 'allow any number, in a range';
  if (type === 'array') return 'make it one array of a union';
  return 'put the map under a key of its own';
}

function isUnknown(schema: Schema): boolean {
  return Object.keys(withoutDocs(schema)).length === 0;
}

/** Whether a schema is not that of null. */
function isSomething(schema: Schema): boolean {
  return !('type' in schema) || schema.type !== 'null';
}
