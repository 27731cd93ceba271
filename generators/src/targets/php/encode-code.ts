import type { TypeModel } from '../../model/client-model';
import { code, type Code } from '../code';
import { hasListsAndMaps, plainOf } from './json-kind';
import { lineOf, type Call, type Expression } from './layout';
import { LIBRARY } from './php-class';
import { isInstant, isReader, phpType, type FileScope } from './type-text';

/** Where values become JSON. */
export interface EncodeScope extends FileScope {
  /** Whether analysis knows the values' types; where it does not, code looks before it acts. */
  readonly values: 'typed' | 'mixed';
}

/**
 * An expression that makes JSON data of a value; the value itself where that is so already.
 *
 * @param value An expression without effects.
 */
export function encodeExpression(type: TypeModel, value: Code, scope: EncodeScope): Expression {
  if (isJsonAlready(type)) return value;
  switch (type.kind) {
    case 'string':
      return checked(code`${value} instanceof \\DateTimeImmutable`, call('instant', value, scope), value, scope);
    case 'list':
      return checked(code`\\is_array(${value})`, call('list', mapped(type.items, value, scope), scope), value, scope);
    case 'map':
      return checked(code`\\is_array(${value})`, call('map', mapped(type.values, value, scope), scope), value, scope);
    case 'nullable': {
      const written = encodeExpression(type.of, value, scope);
      return scope.values === 'mixed' ? written : { condition: code`${value} === null`, yes: code`null`, no: written };
    }
    case 'reference':
      return isReader(type.to)
        ? { name: code`${scope.imports.name(scope.names.classOf(type.to))}::toJson`, parameters: [value] }
        : encodeExpression(type.to.type, value, scope);
    default:
      throw new Error(`a type of kind ${type.kind} needs no code to become JSON`);
  }
}

/** Whether `json_encode` makes the right JSON of every value of a type. Of the generated classes and enums it does. */
export function isJsonAlready(type: TypeModel, inside: readonly TypeModel[] = []): boolean {
  switch (type.kind) {
    case 'list':
    case 'map':
      return false;
    case 'string':
      return !isInstant(type);
    case 'nullable':
      return isJsonAlready(type.of, inside);
    case 'union':
      return type.members.every((member) => isJsonAlready(member, inside));
    case 'reference':
      return inside.includes(type.to.type) || isJsonAlready(type.to.type, [...inside, type.to.type]);
    default:
      return true;
  }
}

/** How what a union may be becomes JSON, by what `$value` turns out to be: arms of a match. */
export function encodeArms(members: readonly TypeModel[], file: FileScope): Code[] {
  const scope: EncodeScope = { ...file, values: 'mixed' };
  return members
    .filter((member) => !isJsonAlready(member))
    .map((member) => {
      const plain = plainOf(member);
      if (plain.kind === 'map' && hasListsAndMaps(members)) {
        const encoded = call('map', mapped(plain.values, code`(array) $value`, scope), scope);
        return armOf(code`$value instanceof \\stdClass`, encoded);
      }
      const written = encodeExpression(member, code`$value`, scope);
      return typeof written !== 'string' && 'condition' in written
        ? armOf(written.condition, written.yes)
        : armOf(code`\\is_array($value)`, written);
    });
}

/** An arm of a match, broken where it is too long. */
export function armOf(condition: Code, result: Expression): Code {
  return lineOf(code`${condition} => `, result, code`            `);
}

function call(method: 'instant' | 'list' | 'map', parameter: Expression, { imports }: FileScope): Call {
  return { name: code`${imports.name(LIBRARY.Encode)}::${METHODS[method]}`, parameters: [parameter] };
}

const METHODS = { instant: code`instant`, list: code`list`, map: code`map` };

/** What is made of a value of the right type; any other is left as it is, for the daemon to refuse. */
function checked(condition: Code, encoded: Call, value: Code, { values }: EncodeScope): Expression {
  return values === 'typed' ? encoded : { condition, yes: encoded, no: value };
}

function mapped(type: TypeModel, value: Code, scope: EncodeScope): Expression {
  if (isJsonAlready(type)) return value;
  const item = encodeExpression(type, code`$item`, scope);
  const isDirect = typeof item !== 'string' && 'name' in item && item.parameters.length === 1;
  if (isDirect && item.parameters[0] === '$item') {
    return { name: code`array_map`, parameters: [code`${item.name}(...)`, value] };
  }
  const given = scope.values === 'mixed' ? code`mixed` : phpType(type, scope).native;
  const closure = { head: code`static fn(${given} $item): mixed => `, body: item };
  return { name: code`array_map`, parameters: [closure, value] };
}
