import { jsonPointer } from '../json-pointer';
import { isMap, isObject, isReference, isUnion, resolved } from '../schema/children';
import type { MapSchema, ObjectSchema, PlainSchema, Schema, SchemaTypes, StringSchema } from '../schema/schema';
import { constantOf, discriminatorOf } from '../schema/union-schema';
import { constraintGaps } from './constraints';
import type { Finding } from './finding';
import { schemaWords, valuesOf } from './schema-words';

/** Which way data travels: a request has to fit the newer schema, a response the older one. */
export type Role = 'request' | 'response';

/** A schema and the types that its references mean. */
export interface Version {
  readonly schema: Schema;
  readonly types: SchemaTypes;
}

const REMEDIES = {
  request: 'go on accepting what callers send, or declare a new endpoint beside this one',
  response: 'go on sending what callers expect, or declare a new endpoint beside this one',
} as const;

/**
 * What a client of the older version notices of the newer one. A request may only widen, a response only narrow: what
 * the one side sends (`inner`) has to fit what the other side takes (`outer`). Senders send the keys that they know, no
 * others; receivers ignore those that they do not know.
 */
export function compareSchemas(older: Version, newer: Version, role: Role, at: string): Finding[] {
  const [inner, outer] = role === 'request' ? [older, newer] : [newer, older];
  const comparison = new Comparison(role, inner.types, outer.types);
  comparison.fit(inner.schema, outer.schema, at);
  return comparison.findings;
}

interface Met {
  readonly at: string;
  readonly found: readonly Finding[];
}

class Comparison {
  readonly findings: Finding[] = [];
  readonly #role: Role;
  readonly #innerTypes: SchemaTypes;
  readonly #outerTypes: SchemaTypes;
  /**
   * Pairs that were compared, where, and what was found then, to be told wherever they meet again; nothing while they are
   * being compared: recursive types meet themselves.
   */
  readonly #met = new Map<Schema, Map<Schema, Met>>();

  constructor(role: Role, innerTypes: SchemaTypes, outerTypes: SchemaTypes) {
    this.#role = role;
    this.#innerTypes = innerTypes;
    this.#outerTypes = outerTypes;
  }

  /** Adds a finding for everything in which `inner` allows what `outer` does not. */
  fit(inner: Schema, outer: Schema, at: string): void {
    const sent = resolved(inner, this.#innerTypes);
    const taken = resolved(outer, this.#outerTypes);
    const pairs = this.#met.get(sent) ?? new Map<Schema, Met>();
    const met = pairs.get(taken);
    if (met) {
      for (const finding of met.found) this.findings.push({ ...finding, path: at + finding.path.slice(met.at.length) });
      return;
    }
    this.#met.set(sent, pairs.set(taken, { at, found: [] }));
    const before = this.findings.length;
    this.#fitMeant(sent, taken, at);
    pairs.set(taken, { at, found: this.findings.slice(before) });
  }

  #fitMeant(sent: Schema, taken: Schema, at: string): void {
    const members = membersOf(sent, this.#innerTypes);
    const choices = membersOf(taken, this.#outerTypes);
    if (choices.some((choice) => !('type' in choice))) return;
    members.forEach((member, index) => {
      const choice = this.#choiceFor(member, members, choices);
      const memberAt = isUnion(sent) ? `${at}/anyOf/${index}` : at;
      if (choice !== undefined) this.#fitPlain(member, choice, memberAt);
      else if (isUnion(sent) || isUnion(taken)) this.#lost(member, memberAt);
      else this.#changed(schemaWords(sent), schemaWords(taken), at);
    });
    if (this.#role === 'response' && isUnion(taken)) this.#noticeUnused(members, choices, at);
  }

  /** The member of the receiver's union that data of one of the sender's would be taken for. */
  #choiceFor(
    member: PlainSchema,
    members: readonly PlainSchema[],
    choices: readonly PlainSchema[],
  ): PlainSchema | undefined {
    const alike = choices.filter((choice) => kindOf(choice) === kindOf(member));
    if (!isObject(member)) return alike[0];
    const objects = alike.filter(isObject);
    const key =
      discriminatorOf(objects, this.#outerTypes) ?? discriminatorOf(members.filter(isObject), this.#innerTypes);
    if (key === undefined) return objects[0];
    const constant = constantOf(member, key, this.#innerTypes);
    return objects.find((object) => {
      const wanted = constantOf(object, key, this.#outerTypes);
      return wanted === constant || (wanted === undefined && objects.length === 1);
    });
  }

  #fitPlain(inner: PlainSchema, outer: PlainSchema, at: string): void {
    if (isObject(inner) && isObject(outer)) {
      this.#fitObject(inner, outer, at);
      return;
    }
    const values = valuesOf(outer);
    if (values !== undefined) {
      this.#fitValues(inner, outer, values, at);
      return;
    }
    if (isInteger(outer) && !isInteger(inner)) this.#changed(schemaWords(inner), schemaWords(outer), at);
    for (const gap of constraintGaps(inner, outer)) this.#changed(gap.inner, gap.outer, at, `${gap.what} `);
    if (isMap(inner) && isMap(outer)) this.#fitMap(inner, outer, at);
    if ('items' in inner && 'items' in outer) this.fit(inner.items, outer.items, `${at}/items`);
  }

  #fitValues(inner: PlainSchema, outer: PlainSchema, allowed: readonly unknown[], at: string): void {
    const values = valuesOf(inner);
    if (values === undefined) {
      this.#changed(schemaWords(inner), schemaWords(outer), at);
      return;
    }
    for (const value of values) {
      if (!allowed.includes(value)) this.#breaking(at, this.#more(JSON.stringify(value)));
    }
  }

  #fitObject(inner: ObjectSchema, outer: ObjectSchema, at: string): void {
    for (const [key, schema] of Object.entries(outer.properties)) {
      const path = `${at}${jsonPointer('properties', key)}`;
      const sent = inner.properties[key];
      const required = outer.required?.includes(key) === true;
      if (required && inner.required?.includes(key) !== true) this.#missing(sent !== undefined, path);
      else if (sent === undefined && this.#role === 'response') {
        this.#notice(path, 'is no longer sent', 'check that no caller needs it');
      }
      if (sent !== undefined) this.fit(sent, schema, path);
    }
    if (this.#role === 'response') return;
    for (const key of Object.keys(inner.properties).filter((name) => !Object.hasOwn(outer.properties, name))) {
      const remedy = 'check that its schema drops unknown keys; a strict one refuses callers that still send it';
      this.#notice(`${at}${jsonPointer('properties', key)}`, 'is no longer read', remedy);
    }
  }

  #fitMap(inner: MapSchema, outer: MapSchema, at: string): void {
    const anyKey: StringSchema = { type: 'string' };
    this.fit(inner.propertyNames ?? anyKey, outer.propertyNames ?? anyKey, `${at}/propertyNames`);
    this.fit(inner.additionalProperties, outer.additionalProperties, `${at}/additionalProperties`);
  }

  /** In a response, what callers knew how to take and will not see again. */
  #noticeUnused(members: readonly PlainSchema[], choices: readonly PlainSchema[], at: string): void {
    const used = new Set(members.map((member) => this.#choiceFor(member, members, choices)));
    // Whatever came in the place of a member is found already.
    if (used.has(undefined)) return;
    for (const choice of choices.filter((one) => !used.has(one))) {
      this.#notice(at, `is no longer ${schemaWords(choice)}`, 'check that no caller waits for it');
    }
  }

  /** A key that the receiver requires and the sender may leave out, or does not know. */
  #missing(known: boolean, at: string): void {
    if (this.#role === 'response') this.#breaking(at, known ? 'may be missing now' : 'is no longer sent');
    else
      this.#breaking(
        at,
        known ? 'is required now' : 'is a new required key',
        'make it optional, or declare a new endpoint',
      );
  }

  #lost(member: PlainSchema, at: string): void {
    this.#breaking(at, this.#more(schemaWords(member)));
  }

  #more(what: string): string {
    return this.#role === 'request' ? `no longer accepts ${what}` : `may be ${what} now`;
  }

  /** Given as inner and outer, told as before and now. */
  #changed(inner: unknown, outer: unknown, at: string, what = ''): void {
    const [before = 'not said', now = 'not said'] = this.#role === 'request' ? [inner, outer] : [outer, inner];
    this.#breaking(at, `${what}was ${String(before)}, is ${String(now)} now`);
  }

  #breaking(path: string, message: string, remedy: string = REMEDIES[this.#role]): void {
    this.findings.push({ level: 'breaking', path, message, remedy });
  }

  #notice(path: string, message: string, remedy: string): void {
    this.findings.push({ level: 'notice', path, message, remedy });
  }
}

function membersOf(schema: Schema, types: SchemaTypes): readonly PlainSchema[] {
  const meant = isReference(schema) ? resolved(schema, types) : schema;
  return isUnion(meant) ? meant.anyOf.flatMap((member) => membersOf(member, types)) : [meant];
}

/** What a JSON type is told by. An integer is a number, a map is no object with known keys. */
function kindOf(schema: PlainSchema): string {
  if (!('type' in schema)) return 'anything';
  if (isMap(schema)) return 'map';
  return schema.type === 'integer' ? 'number' : schema.type;
}

function isInteger(schema: PlainSchema): boolean {
  return 'type' in schema && schema.type === 'integer';
}
