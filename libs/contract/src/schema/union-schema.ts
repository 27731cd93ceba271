import { canonicalJson } from '../canonical-json';
import { contractError } from '../contract-error';
import { isObject, isReference, isUnion, mapChildren, resolved, typeNameOf } from './children';
import { enumerationOf } from './enumeration';
import type { ObjectSchema, Schema, SchemaTypes, StringSchema } from './schema';
import { withoutDocs } from './schema-docs';

const NULL: Schema = { type: 'null' };

/**
 * The union of `members` as far as they can be seen: unions among them written out, equal ones once, all string constants
 * and enums as one, true and false as boolean, null last. No union where one member is left.
 */
export function unionSchema(members: readonly Schema[], at: string): Schema {
  const given = members.flatMap((member) => (isUnion(member) ? member.anyOf : [member]));
  const others = given.filter(isSomething);
  if (others.length > 0 && others.every(isUnknown)) return {};
  const [first, ...rest] = [...merged(others, at), ...(others.length < given.length ? [NULL] : [])];
  if (first === undefined) throw contractError(at, 'has no members', 'give it some');
  return rest.length === 0 ? first : { anyOf: [first, ...rest] };
}

/**
 * `schema` with every union in it judged, now that all named types are known.
 *
 * @throws ContractError if members cannot be told apart
 */
export function judgeUnions(schema: Schema, types: SchemaTypes, at: string): Schema {
  const judged = mapChildren(schema, (child, pointer) => judgeUnions(child, types, `${at}${pointer}`));
  if (!isUnion(judged)) return judged;
  const { anyOf, ...docs } = judged;
  const others = anyOf.filter(isSomething);
  for (const member of others.filter(isReference)) {
    const type = resolved(member, types);
    if (!isUnion(type)) continue;
    if (others.length > 1) {
      const reason = `is a union of more than type ${typeNameOf(member)}, which is a union itself`;
      throw contractError(at, reason, 'write its members out beside the others, or name the whole union');
    }
    // Null once more, where the named type has it already.
    if (!type.anyOf.every(isSomething)) return { ...member, ...docs };
  }
  assertDistinguishable(others, types, at);
  return judged;
}

function merged(members: readonly Schema[], at: string): Schema[] {
  const distinct = [...new Map(members.map((member) => [canonicalJson(withoutDocs(member)), member])).values()];
  const enumerated = distinct.filter((member) => namedValues(member).length > 0);
  if (enumerated.length < 2) return distinct;
  const enumeration = enumerationOf([...new Set(enumerated.flatMap(namedValues))], false, at);
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
