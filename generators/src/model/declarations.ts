import type { Schema } from '@pixl-ipc/contract';
import { contractError } from '../contract/library/contract-error';
import { jsonPointer } from '../contract/library/json-pointer';
import { className } from '../contract/library/generated-name';
import type { Declaration, PropertyModel, TypeModel } from './client-model';
import { docsOf, withoutDocs } from './docs';
import { isInstantSchema } from './instant';
import { sortedEntries } from './sorted-entries';
import type { TypeName } from './type-name';
import { allowsNull, constantOf, discriminatorOf, typesAlike } from './union';
import { wordsName } from './value-name';

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** The named types of a document, and those that parts of schemas become: objects, enums and unions are never without. */
export class Declarations {
  readonly #types: Readonly<Record<string, Schema>>;
  readonly #named = new Map<string, Writable<Declaration>>();
  readonly #others: Writable<Declaration>[] = [];

  constructor(types: Readonly<Record<string, Schema>>) {
    this.#types = types;
    for (const [name, schema] of sortedEntries(types)) {
      this.#named.set(name, declaration({ scope: [], name }, schema, { kind: 'unknown' }));
    }
    for (const [name, declared] of this.#named) {
      const schema = types[name] ?? {};
      const inside = { scope: [], name: `${name}Value` };
      declared.type = this.#shape(schema, declared.typeName, `#/types/${name}`, inside);
    }
  }

  /** Each before its parts. */
  all(): readonly Declaration[] {
    const all = [...this.#named.values(), ...this.#others];
    for (const declared of all) declared.isCircular = leadsTo(declared, declared.type, new Set());
    return all;
  }

  /**
   * The type of a schema where it is used. What it needs a name for is declared under `name`.
   *
   * @param about What the type is, where its schema does not say.
   * @throws ContractError if it is a union whose members cannot be told apart
   */
  use(schema: Schema, name: TypeName, at: string, about?: string): TypeModel {
    const place = this.#others.length;
    const type = this.#shape(schema, name, at, name);
    if (type.kind !== 'object' && type.kind !== 'enum' && type.kind !== 'union') return type;
    const to = declaration(name, schema, type, about);
    this.#others.splice(place, 0, to);
    return { kind: 'reference', to };
  }

  /** @param inside The name of what is left when null is taken away. */
  #shape(schema: Schema, name: TypeName, at: string, inside: TypeName): TypeModel {
    if ('$ref' in schema) return this.#reference(schema.$ref);
    if ('anyOf' in schema) return this.#union(schema.anyOf, name, at, inside);
    if (!('type' in schema)) return { kind: 'unknown' };
    if ('const' in schema) return { kind: 'literal', value: schema.const };
    switch (schema.type) {
      case 'string':
        if (schema.enum !== undefined) return { kind: 'enum', values: schema.enum };
        return { kind: 'string', format: schema.format, isInstant: isInstantSchema(schema) };
      case 'array':
        return { kind: 'list', items: this.use(schema.items, extended(name, 'Item'), `${at}/items`) };
      case 'object': {
        if ('properties' in schema) return { kind: 'object', properties: this.#properties(schema, name, at) };
        const values = extended(name, 'Value');
        return { kind: 'map', values: this.use(schema.additionalProperties, values, `${at}/additionalProperties`) };
      }
      default:
        return { kind: schema.type };
    }
  }

  #properties(schema: Extract<Schema, { properties: unknown }>, name: TypeName, at: string): PropertyModel[] {
    return sortedEntries(schema.properties).map(([key, property]) => ({
      key,
      required: schema.required?.includes(key) === true,
      docs: docsOf(property),
      // The property's docs stand with the property.
      type: this.use(withoutDocs(property), extended(name, className(key)), `${at}${jsonPointer('properties', key)}`),
    }));
  }

  #union(members: readonly Schema[], name: TypeName, at: string, inside: TypeName): TypeModel {
    const others = members.filter((member) => !('type' in member && member.type === 'null'));
    if (others.length < members.length) {
      const [only] = others;
      const rest = others.length === 1 && only !== undefined ? only : { anyOf: others };
      // Null once is enough.
      if (allowsNull(rest, this.#types)) return this.#shape(rest, name, at, inside);
      return { kind: 'nullable', of: this.use(rest, inside, at) };
    }
    const alike = typesAlike(others, this.#types);
    if (alike !== undefined) {
      const reason = `is a union of several schemas of ${alike}, which cannot be told apart`;
      throw contractError(at, reason, 'generate the document again');
    }
    const discriminator = discriminatorOf(others, this.#types);
    return {
      kind: 'union',
      discriminator,
      members: others.map((member, index) => {
        const constant = discriminator === undefined ? undefined : constantOf(member, discriminator, this.#types);
        const word = constant === undefined ? wordFor(member) : wordsName(constant);
        return this.use(member, extended(name, word), `${at}/anyOf/${index}`);
      }),
    };
  }

  #reference($ref: string): TypeModel {
    const to = this.#named.get($ref.slice('#/types/'.length));
    if (to === undefined) throw new Error(`no type at ${$ref}`);
    return { kind: 'reference', to };
  }
}

function declaration(typeName: TypeName, schema: Schema, type: TypeModel, about?: string): Writable<Declaration> {
  const docs = docsOf(schema);
  return { typeName, docs: { ...docs, description: docs.description ?? about }, type, isCircular: false };
}

function extended({ scope, name }: TypeName, word: string): TypeName {
  return { scope, name: `${name}${word}` };
}

/** What a member of a union is called that no constant tells apart: there is one of each. Lists and maps name what they hold. */
function wordFor(member: Schema): string {
  if ('properties' in member) return 'Object';
  return 'enum' in member ? 'Name' : '';
}

function leadsTo(target: Declaration, type: TypeModel, seen: Set<Declaration>): boolean {
  switch (type.kind) {
    case 'list':
      return leadsTo(target, type.items, seen);
    case 'map':
      return leadsTo(target, type.values, seen);
    case 'nullable':
      return leadsTo(target, type.of, seen);
    case 'union':
      return type.members.some((member) => leadsTo(target, member, seen));
    case 'reference':
      if (type.to === target) return true;
      if (seen.has(type.to)) return false;
      seen.add(type.to);
      return leadsTo(target, type.to.type, seen);
    default:
      return false;
  }
}
