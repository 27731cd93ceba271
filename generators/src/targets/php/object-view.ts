import type { Declaration, ObjectModel, PropertyModel, TypeModel } from '../../model/client-model';
import { propertyName } from '../../contract/library/generated-name';
import { Names } from '../../model/type-name';
import { asCode, code, type Code } from '../code';
import { fits, lineOf, type Expression } from './layout';
import { deprecation, docBlock, docsText, type Tag } from './comment';
import { decodeExpression } from './decode-code';
import { encodeExpression, isJsonAlready } from './encode-code';
import { plainOf } from './json-kind';
import { identifier, literal, memberPath } from './literal';
import { LIBRARY } from './php-class';
import { isReader, phpType, type FileScope, type PhpType } from './type-text';

/** What the template of a class is filled with whose values travel as JSON objects. */
export interface ObjectView {
  readonly comment: Code | undefined;
  /** Keys that have one value only. */
  readonly constants: readonly { readonly comment: Code | undefined; readonly name: Code; readonly value: Code }[];
  readonly constructorComment: Code | undefined;
  /** Of the constructor, those first that have to be given. */
  readonly parameters: readonly Code[];
  readonly decodeException: Code;
  readonly decode: Code;
  /** Undefined where there is nothing to encode. */
  readonly encode: Code | undefined;
  /** Statements of `fromJson` before the object is made. */
  readonly checks: readonly Code[];
  /** Whether the statements or the members read the object. */
  readonly readsObject: boolean;
  /** Named arguments of the constructor. */
  readonly arguments: readonly Code[];
  /** Members of the array that becomes the JSON object, by their keys. */
  readonly members: readonly Code[];
}

export function objectView({ type, docs }: Declaration, scope: FileScope): ObjectView {
  const { properties } = type as ObjectModel;
  const locals = new Names(['json', 'object', 'path', 'this']);
  const constants = properties.filter(isConstant);
  const others = properties.filter((property) => !isConstant(property));
  const fields = [...others.filter(({ required }) => required), ...others.filter(({ required }) => !required)].map(
    (property) => field(property, locals.claim(propertyName(property.key)), scope),
  );
  const decode = scope.imports.name(LIBRARY.Decode);
  return {
    comment: docBlock(docsText(docs), deprecation(docs), ''),
    constants: constants.map((property) => ({
      comment: docBlock(docsText(property.docs), deprecation(property.docs), '    '),
      name: constantName(property.key),
      value: literal(constantOf(property)),
    })),
    constructorComment: docBlock(
      [],
      fields.flatMap(({ tag }) => tag),
      '    ',
    ),
    parameters: fields.map(({ parameter }) => parameter),
    decode,
    encode: properties.length > 0 ? scope.imports.name(LIBRARY.Encode) : undefined,
    decodeException: scope.imports.name(LIBRARY.DecodeException),
    readsObject: properties.length > 0,
    checks: [
      ...constants.map(({ key }) => {
        const value = code`${decode}::required($object, ${literal(key)}, $path)`;
        return code`${decode}::const(${value}, self::${constantName(key)}, ${memberPath(key)});`;
      }),
      ...fields.flatMap(({ check }) => check),
    ],
    arguments: fields.map(({ argument }) => argument),
    members: properties.map((property) => {
      if (isConstant(property)) return code`${literal(property.key)} => self::${constantName(property.key)}`;
      return fields.find(({ key }) => key === property.key)?.member ?? code``;
    }),
  };
}

interface Field {
  readonly key: string;
  readonly tag: readonly Tag[];
  readonly parameter: Code;
  /** What has to be looked at twice is looked up once. */
  readonly check: readonly Code[];
  readonly argument: Code;
  readonly member: Code;
}

const INDENT = code`            `;
const NULL = code`null`;

/** What a property is in PHP: null where it may be left out, and `Absent` where null is a value. */
function field(property: PropertyModel, local: string, scope: FileScope): Field {
  const { key, required, docs, type } = property;
  const decode = scope.imports.name(LIBRARY.Decode);
  const absent = absentValue(property, scope);
  const name = identifier(propertyName(key));
  const php = phpType(type, scope, absent === undefined ? 'none' : absent === NULL ? 'null' : 'absent');
  const found = required
    ? code`${decode}::required($object, ${literal(key)}, $path)`
    : code`${decode}::optional($object, ${literal(key)})`;
  const variable = code`$${identifier(local)}`;
  const direct = lineOf(code`${name}: `, readCode(property, found, scope), INDENT);
  const isTwice = (!required && !isUnknown(type)) || nullableIn(type) !== undefined;
  const isLookedUp = isTwice || !fits(direct, INDENT);
  return {
    key,
    tag: parameterTag(name, php, docs),
    parameter: code`public ${php.native} $${name}${absent === undefined ? code`` : code` = ${absent}`}`,
    check: isLookedUp ? [code`${variable} = ${found};`] : [],
    argument: isLookedUp ? lineOf(code`${name}: `, readCode(property, variable, scope), INDENT) : direct,
    member: lineOf(code`${literal(key)} => `, writeCode(property, code`$this->${name}`, scope), INDENT),
  };
}

/** What stands for a property that is left out; undefined where it may not be. */
function absentValue({ required, type }: PropertyModel, { imports }: FileScope): Code | undefined {
  if (required) return undefined;
  return mayBeNull(type) ? code`${imports.name(LIBRARY.Absent)}::Value` : NULL;
}

/** @param json What was looked up. */
function readCode(property: PropertyModel, json: Code, scope: FileScope): Expression {
  const { key, required, type } = property;
  const inner = nullableIn(type);
  const read = decodeExpression(inner ?? type, json, scope, memberPath(key));
  const isNull = code`${json} === null`;
  if (required) return inner === undefined ? read : { condition: isNull, yes: NULL, no: read };
  if (isUnknown(type)) return read;
  const isAbsent = code`${json} === ${scope.imports.name(LIBRARY.Absent)}::Value`;
  if (inner !== undefined) return { condition: code`${isAbsent} || ${isNull}`, yes: json, no: read };
  return { condition: isAbsent, yes: mayBeNull(type) ? json : NULL, no: read };
}

/** @param value What the property holds. */
function writeCode(property: PropertyModel, value: Code, scope: FileScope): Expression {
  const { required, type } = property;
  const inner = nullableIn(type);
  const written = encodeExpression(inner ?? type, value, { ...scope, values: 'typed' });
  const isNull = code`${value} === null`;
  const isPlain = isJsonAlready(type);
  if (required) return isPlain || inner === undefined ? written : { condition: isNull, yes: NULL, no: written };
  if (mayBeNull(type) && isPlain) return value;
  const absent = code`${scope.imports.name(LIBRARY.Absent)}::Value`;
  if (!mayBeNull(type)) {
    return isPlain ? code`${value} ?? ${absent}` : { condition: isNull, yes: absent, no: written };
  }
  const isAbsent = code`${value} === ${absent}`;
  return { condition: inner === undefined ? isAbsent : code`${isAbsent} || ${isNull}`, yes: value, no: written };
}

/** What a parameter says that its own type does not. */
function parameterTag(name: Code, { doc, isNative }: PhpType, docs: PropertyModel['docs']): Tag[] {
  const text = [...(docs.deprecated ? ['Deprecated.'] : []), ...docsText(docs)].join('\n');
  return text === '' && isNative ? [] : [{ head: code`param ${doc} $${name}`, text }];
}

function isConstant({ required, type }: PropertyModel): boolean {
  return required && plainOf(type).kind === 'literal';
}

function constantOf({ type }: PropertyModel): string | number | boolean {
  const plain = plainOf(type);
  if (plain.kind !== 'literal') throw new Error('no constant');
  return plain.value;
}

/** `orderKind` → `ORDER_KIND`. */
function constantName(key: string): Code {
  const name = propertyName(key)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase();
  return name === 'CLASS' ? asCode('CLASS_') : identifier(name);
}

function isUnknown(type: TypeModel): boolean {
  return plainOf(type).kind === 'unknown';
}

/** What is left of a type that null was added to, where the code for it is written out; undefined where it was not. */
function nullableIn(type: TypeModel): TypeModel | undefined {
  if (type.kind === 'nullable') return isUnknown(type.of) ? undefined : type.of;
  return type.kind === 'reference' && !isReader(type.to) ? nullableIn(type.to.type) : undefined;
}

function mayBeNull(type: TypeModel): boolean {
  const plain = plainOf(type);
  return plain.kind === 'unknown' || plain.kind === 'null' || plain.kind === 'nullable';
}
