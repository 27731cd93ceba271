import type { TypeModel } from '../../model/client-model';

/** What JSON itself tells apart. */
export type JsonKind = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

/** The members of a union by what they are in JSON. */
export function groupedByJson(members: readonly TypeModel[]): ReadonlyMap<JsonKind, readonly TypeModel[]> {
  const groups = new Map<JsonKind, TypeModel[]>();
  for (const member of members) {
    const kind = jsonKind(plainOf(member));
    groups.set(kind, [...(groups.get(kind) ?? []), member]);
  }
  return groups;
}

/** Whether a union has both lists and maps, which PHP's arrays do not tell apart: then a map is an object. */
export function hasListsAndMaps(members: readonly TypeModel[]): boolean {
  const kinds = members.map((member) => plainOf(member).kind);
  return kinds.includes('list') && kinds.includes('map');
}

/** What a type is where its name is looked up. */
export function plainOf(type: TypeModel): Exclude<TypeModel, { kind: 'reference' }> {
  return type.kind === 'reference' ? plainOf(type.to.type) : type;
}

/** The one value that a key of an object may have; undefined where it may have others. */
export function constantAt(type: TypeModel, key: string): string | number | boolean | undefined {
  const plain = plainOf(type);
  const property = plain.kind === 'object' ? plain.properties.find((candidate) => candidate.key === key) : undefined;
  const value = property === undefined ? undefined : plainOf(property.type);
  return value?.kind === 'literal' ? value.value : undefined;
}

function jsonKind(type: TypeModel): JsonKind {
  switch (type.kind) {
    case 'integer':
    case 'number':
      return 'number';
    case 'list':
      return 'array';
    case 'map':
    case 'object':
      return 'object';
    case 'enum':
    case 'string':
      return 'string';
    case 'literal':
      return typeof type.value as 'boolean' | 'number' | 'string';
    case 'boolean':
    case 'null':
      return type.kind;
    default:
      throw new Error(`a member of a union is of kind ${type.kind}`);
  }
}
