import { canonicalJson } from '../canonical-json';
import { contractError } from '../contract-error';
import { Definitions } from './definitions';
import { enumerationOf, valuesOf } from './enumeration';
import { assertAlone, assertSupported, assertUntyped, isOfType, type JsonSchema } from './json-schema';
import { objectSchema } from './object-schema';
import { countOf, numberSchema, stringSchema, withValue } from './scalar-schema';
import type { Schema } from './schema';
import { docsOf } from './schema-docs';
import { unionSchema } from './union-schema';

/** Nobody nests a schema deeper; an object that holds itself does. */
const MAX_DEPTH = 256;

/** A named type on its way to normal form. */
interface NamedType {
  readonly source: unknown;
  /** Where it is used first. */
  readonly at: string;
  schema: Schema;
}

/**
 * Brings one exported JSON Schema into normal form. Its unions remain to be judged, which takes every named type.
 */
export class Normalizer {
  readonly types = new Map<string, NamedType>();
  /** Definitions without a name that are being written out where they are used. */
  readonly #open: unknown[] = [];
  #depth = 0;

  /** @param root What references are looked up in. */
  normalize(source: unknown, at: string, root: unknown): Schema {
    return this.#writtenOut(source, at, new Definitions(root));
  }

  #schema(source: unknown, at: string, outer: Definitions): Schema {
    if (source === true) return {};
    assertSupported(source, at);
    if (++this.#depth > MAX_DEPTH) {
      throw contractError(at, `is nested deeper than ${MAX_DEPTH}`, 'name the type that refers to itself');
    }
    try {
      const definitions = outer.within(source);
      const schema = this.#form(source, at, definitions);
      return { ...schema, ...docsOf(source, at) };
    } finally {
      this.#depth--;
    }
  }

  #form(source: JsonSchema, at: string, definitions: Definitions): Schema {
    if ('$ref' in source) {
      assertAlone(source, '$ref', at);
      return this.#reference(source.$ref, at, definitions);
    }
    for (const keyword of ['anyOf', 'oneOf']) {
      if (!(keyword in source)) continue;
      assertAlone(source, keyword, at);
      return unionSchema(this.#members(source[keyword], `${at}/${keyword}`, definitions), at);
    }
    const { type } = source;
    if (Array.isArray(type)) return unionSchema(this.#everyType(source, type, at, definitions), at);
    return this.#typed(source, at, definitions);
  }

  /** `type: ['string', 'null']`: a member for each type. A value is named once, by the type that it is of. */
  #everyType(source: JsonSchema, types: readonly unknown[], at: string, definitions: Definitions): Schema[] {
    const values = valuesOf(source, at);
    if (values !== undefined) return [this.#typed({ ...source, type: undefined }, at, definitions)];
    return types.map((type) => this.#typed({ ...source, type }, at, definitions));
  }

  #typed(source: JsonSchema, at: string, definitions: Definitions): Schema {
    const values = valuesOf(source, at);
    if (values !== undefined) {
      const stranger = values.find((value) => !isOfType(value, source.type));
      if (stranger === undefined) return enumerationOf(values, 'const' in source, at);
      const reason = `${JSON.stringify(stranger)} is not of its type, ${JSON.stringify(source.type)}`;
      throw contractError(at, reason, 'name values of the type');
    }
    switch (source.type) {
      case 'null':
      case 'boolean':
        return { type: source.type };
      case 'string':
        return stringSchema(source, at);
      case 'integer':
      case 'number':
        return numberSchema(source, source.type, at);
      case 'array':
        return this.#array(source, at, definitions);
      case 'object':
        return objectSchema(source, at, (part, partAt) => this.#schema(part, partAt, definitions));
      case undefined:
        assertUntyped(source, at);
        return {};
      default:
        throw contractError(at, `${JSON.stringify(source.type)} is no type of JSON`, 'use one of JSON Schema');
    }
  }

  #array(source: JsonSchema, at: string, definitions: Definitions): Schema {
    const { items = {}, uniqueItems } = source;
    if (items === false || Array.isArray(items)) {
      throw contractError(at, 'is a tuple', 'give its members names: make it an object');
    }
    return {
      type: 'array',
      items: this.#schema(items, `${at}/items`, definitions),
      ...withValue('minItems', countOf(source, 'minItems', at)),
      ...withValue('maxItems', countOf(source, 'maxItems', at)),
      ...(uniqueItems === true ? { uniqueItems } : {}),
    };
  }

  #members(members: unknown, at: string, definitions: Definitions): Schema[] {
    if (!Array.isArray(members) || members.length === 0) throw contractError(at, 'has no members', 'give it some');
    return members.map((member: unknown, index) => this.#schema(member, `${at}/${index}`, definitions));
  }

  #reference(reference: unknown, at: string, definitions: Definitions): Schema {
    const { schema: source, name } = definitions.resolve(reference, at);
    if (name === undefined) return this.#writtenOut(source, at, definitions);
    const known = this.types.get(name);
    if (known === undefined) {
      const type: NamedType = { source, at, schema: {} };
      this.types.set(name, type);
      type.schema = this.#schema(source, at, definitions);
    } else if (known.source !== source && canonicalJson(known.source) !== canonicalJson(source)) {
      throw contractError(at, `type ${name} is another one than at ${known.at}`, 'rename one of them');
    }
    return { $ref: `#/types/${name}` };
  }

  #writtenOut(source: unknown, at: string, definitions: Definitions): Schema {
    if (this.#open.includes(source)) {
      const remedy =
        'name the type: .meta({ id }) in zod, title in arktype and valibot, Type.Cyclic in TypeBox; any JSON is unknown';
      throw contractError(at, 'is a type without a name that refers to itself', remedy);
    }
    this.#open.push(source);
    try {
      return this.#schema(source, at, definitions);
    } finally {
      this.#open.pop();
    }
  }
}
