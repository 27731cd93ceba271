import type { TypeModel, UnionModel } from '../../model/client-model';
import { asCode, code, joined, type Code } from '../code';
import { constantAt, groupedByJson, hasListsAndMaps, plainOf, type JsonKind } from './json-kind';
import { flat, lineOf, type Call, type Expression } from './layout';
import { literal, memberPath } from './literal';
import { LIBRARY } from './php-class';
import { isInstant, isReader, phpType, type FileScope } from './type-text';

/**
 * An expression that reads a type from decoded JSON, and throws where it is something else.
 *
 * @param json An expression without effects.
 * @param path An expression for its JSON pointer; for the whole of a message, none.
 */
export function decodeExpression(type: TypeModel, json: Code, scope: FileScope, path?: Code): Expression {
  const place = path === undefined ? [] : [path];
  const by = (method: DecodeMethod, ...rest: readonly Expression[]): Call => ({
    name: code`${scope.imports.name(LIBRARY.Decode)}::${asCode(method)}`,
    parameters: [json, ...rest, ...place],
  });
  switch (type.kind) {
    case 'unknown':
      return json;
    case 'null':
      return by('null');
    case 'boolean':
      return by('bool');
    case 'integer':
      return by('int');
    case 'number':
      return by('float');
    case 'string':
      return by(isInstant(type) ? 'instant' : 'string');
    case 'literal':
      return by('const', literal(type.value));
    case 'list':
      return by('list', decoder(type.items, scope));
    case 'map':
      return by('map', decoder(type.values, scope));
    case 'nullable':
      return { condition: code`${json} === null`, yes: code`null`, no: decodeExpression(type.of, json, scope, path) };
    case 'reference': {
      const { type: meant } = type.to;
      if (meant.kind !== 'object' && meant.kind !== 'enum' && !isReader(type.to)) {
        return decodeExpression(meant, json, scope, path);
      }
      const name = scope.imports.name(scope.names.classOf(type.to));
      if (meant.kind === 'enum') return by('enum', code`${name}::class`);
      return { name: code`${name}::fromJson`, parameters: [json, ...place] };
    }
    default:
      throw new Error(`a type of kind ${type.kind} has a class that reads it`);
  }
}

type DecodeMethod = 'bool' | 'const' | 'enum' | 'float' | 'instant' | 'int' | 'list' | 'map' | 'null' | 'string';

const PATH = code`$path`;
/** Of the arms of a match. */
const INDENT = code`            `;

/** {@link decodeExpression} on one line. */
export function decodeCode(type: TypeModel, json: Code, scope: FileScope, path?: Code): Code {
  return flat(decodeExpression(type, json, scope, path));
}

/** A match of PHP: what is looked at, and what becomes of it, the arm for all else last. */
export interface MatchCode {
  readonly subject: Code;
  readonly arms: readonly Code[];
}

/** Tells what `$json` at `$path` is of a union, by its JSON type, and objects by their discriminator. */
export function unionMatch(union: UnionModel, scope: FileScope): MatchCode {
  const groups = groupedByJson(union.members);
  if (groups.size === 1) return objectMatch(union, code`$object`, scope, INDENT);
  const failure = scope.imports.name(LIBRARY.DecodeException);
  const arms = [...groups].map(([kind, [member, ...more]]) => {
    if (member === undefined) throw new Error('a group has members');
    if (more.length === 0) {
      return lineOf(code`${CONDITIONS[kind]} => `, memberExpression(member, union, scope), INDENT);
    }
    const { subject, arms: inner } = objectMatch(union, code`$json`, scope, code`${INDENT}    `);
    const lines = inner.map((arm) => code`${INDENT}    ${arm},\n`);
    return code`${CONDITIONS[kind]} => match (${subject}) {\n${joined(lines, code``)}${INDENT}}`;
  });
  const expected = literal(inWords([...groups.keys()]));
  return { subject: code`true`, arms: [...arms, code`default => throw new ${failure}($path, ${expected}, $json)`] };
}

function memberExpression(member: TypeModel, union: UnionModel, scope: FileScope): Expression {
  const read = decodeExpression(member, code`$json`, scope, PATH);
  const isObject = plainOf(member).kind === 'map' && hasListsAndMaps(union.members);
  return isObject ? { name: code`${scope.imports.name(LIBRARY.Encode)}::map`, parameters: [read] } : read;
}

function objectMatch({ members, discriminator }: UnionModel, object: Code, scope: FileScope, indent: Code): MatchCode {
  if (discriminator === undefined) throw new Error('objects without a discriminator');
  const [decode, failure] = [scope.imports.name(LIBRARY.Decode), scope.imports.name(LIBRARY.DecodeException)];
  const objects = members.flatMap((member) => {
    const constant = constantAt(member, discriminator);
    return constant === undefined ? [] : [{ member, constant }];
  });
  const arms = objects.map(({ member, constant }) =>
    lineOf(code`${literal(constant)} => `, decodeExpression(member, object, scope, PATH), indent),
  );
  const expected = literal(`one of ${objects.map(({ constant }) => String(constant)).join(', ')}`);
  const thrown = { name: code`throw new ${failure}`, parameters: [memberPath(discriminator), expected, code`$tag`] };
  return {
    subject: code`$tag = ${decode}::required(${object}, ${literal(discriminator)}, $path)`,
    arms: [...arms, lineOf(code`default => `, thrown, indent)],
  };
}

/** A callable that reads a member of a list or a map. */
function decoder(type: TypeModel, scope: FileScope): Expression {
  const body = decodeExpression(type, code`$item`, scope, PATH);
  const isDirect = typeof body !== 'string' && 'name' in body && body.parameters.length === 2;
  if (isDirect) return code`${body.name}(...)`;
  const php = phpType(type, scope);
  if (flat(body).includes(CLOSURE))
    return scope.itemReaders.add(php, body, scope.imports.name(LIBRARY.DecodeException));
  return { head: code`${CLOSURE}(mixed $item, string $path): ${php.native} => `, body };
}

const CLOSURE = code`static fn`;

const CONDITIONS: Readonly<Record<JsonKind, Code>> = {
  array: code`\\is_array($json)`,
  boolean: code`\\is_bool($json)`,
  null: code`$json === null`,
  number: code`\\is_int($json) || \\is_float($json)`,
  object: code`$json instanceof \\stdClass`,
  string: code`\\is_string($json)`,
};

function inWords(kinds: readonly JsonKind[]): string {
  return `${kinds.slice(0, -1).join(', ')} or ${kinds.at(-1) ?? ''}`;
}
