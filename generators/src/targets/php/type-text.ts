import type { Declaration, TypeModel } from '../../model/client-model';
import { code, joined, type Code } from '../code';
import type { Imports } from './imports';
import type { ItemReaders } from './item-readers';
import { hasListsAndMaps, plainOf } from './json-kind';
import { literal } from './literal';
import type { PhpNames } from './names';
import { LIBRARY } from './php-class';

/** What code of one file needs to name types. */
export interface FileScope {
  readonly names: PhpNames;
  readonly imports: Imports;
  readonly itemReaders: ItemReaders;
}

/** A type as PHP has it. */
export interface PhpType {
  /** `?array`: what the engine checks. */
  readonly native: Code;
  /** `list<string>|null`: what analysis knows. */
  readonly doc: Code;
  /** Whether {@link native} says as much. */
  readonly isNative: boolean;
}

/** What one value may be, each kind once: `native` and `doc` of each. Null stands last. */
type Alternatives = readonly (readonly [native: Code, doc: Code])[];

const NULL = code`null`;
const MIXED = code`mixed`;

/** @param extra Further alternatives, such as null where a property may be left out. */
export function phpType(type: TypeModel, scope: FileScope, extra: 'null' | 'absent' | 'none' = 'none'): PhpType {
  const alternatives = [...alternativesOf(type, scope, []), ...extraOf(extra, scope)];
  return {
    native: nativeText(alternatives.map(([native]) => native)),
    doc: docText(alternatives),
    isNative: alternatives.every(([native, doc]) => native === doc),
  };
}

/** Whether a declaration becomes a class of its own that reads its values: PHP has no name for a type that is not a class. */
export function isReader({ type, isCircular }: Declaration): boolean {
  return type.kind === 'union' || (isCircular && type.kind !== 'object');
}

export function isInstant(type: TypeModel): boolean {
  return type.kind === 'string' && type.isInstant;
}

function alternativesOf(type: TypeModel, scope: FileScope, inside: readonly Declaration[]): Alternatives {
  switch (type.kind) {
    case 'unknown':
      return same(code`mixed`);
    case 'null':
      return same(code`null`);
    case 'boolean':
      return same(code`bool`);
    case 'integer':
      return same(code`int`);
    case 'number':
      return same(code`float`);
    case 'string':
      return same(isInstant(type) ? code`\\DateTimeImmutable` : code`string`);
    case 'literal':
      return [[nativeOf(type.value), literal(type.value)]];
    case 'list':
      return [[code`array`, code`list<${docOf(type.items, scope, inside)}>`]];
    case 'map':
      return [[code`array`, code`array<array-key, ${docOf(type.values, scope, inside)}>`]];
    case 'nullable':
      return [...alternativesOf(type.of, scope, inside), ...same(code`null`)];
    case 'union': {
      const mapsAreObjects = hasListsAndMaps(type.members);
      return type.members.flatMap((member) =>
        mapsAreObjects && plainOf(member).kind === 'map'
          ? same(code`\\stdClass`)
          : alternativesOf(member, scope, inside),
      );
    }
    case 'reference':
      return referenceAlternatives(type.to, scope, inside);
    default:
      throw new Error(`a type of kind ${type.kind} has a name`);
  }
}

/** A class by its name, any other type as what it is; of one that leads back to itself, analysis knows no more. */
function referenceAlternatives(to: Declaration, scope: FileScope, inside: readonly Declaration[]): Alternatives {
  if (to.type.kind === 'object' || to.type.kind === 'enum') return same(scope.imports.name(scope.names.classOf(to)));
  return inside.includes(to) ? same(code`mixed`) : alternativesOf(to.type, scope, [...inside, to]);
}

function extraOf(extra: 'null' | 'absent' | 'none', { imports }: FileScope): Alternatives {
  if (extra === 'none') return [];
  return same(extra === 'null' ? code`null` : imports.name(LIBRARY.Absent));
}

function docOf(type: TypeModel, scope: FileScope, inside: readonly Declaration[]): Code {
  return docText(alternativesOf(type, scope, inside));
}

function docText(alternatives: Alternatives): Code {
  return joined(distinct(alternatives.map(([, doc]) => doc)), code`|`);
}

function nativeText(types: readonly Code[]): Code {
  const [first, second, ...more] = distinct(types);
  if (first !== undefined && second === NULL && more.length === 0) return code`?${first}`;
  return joined(distinct(types), code`|`);
}

/** Each once, null last, and nothing beside mixed. */
function distinct(types: readonly Code[]): Code[] {
  if (types.includes(MIXED)) return [MIXED];
  const others = new Set(types.filter((type) => type !== NULL));
  return types.includes(NULL) ? [...others, NULL] : [...others];
}

function nativeOf(value: string | number | boolean): Code {
  if (typeof value === 'string') return code`string`;
  if (typeof value === 'boolean') return code`bool`;
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? code`int` : code`float`;
}

function same(type: Code): Alternatives {
  return [[type, type]];
}
