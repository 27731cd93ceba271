import type { Declaration } from '../../model/client-model';
import { code, type Code } from '../code';
import { deprecation, docBlock, docsText } from './comment';
import { decodeExpression, unionMatch, type MatchCode } from './decode-code';
import { lineOf } from './layout';
import { armOf, encodeArms, isJsonAlready } from './encode-code';
import { LIBRARY } from './php-class';
import { isReader, phpType, type FileScope } from './type-text';

/** What the template of a class is filled with that reads the values of a type PHP has no name for. */
export interface ReaderView {
  readonly comment: Code | undefined;
  readonly type: Code;
  readonly fromJsonComment: Code | undefined;
  /** How a union is read. */
  readonly match: MatchCode | undefined;
  /** Whether all that a union may be are objects. */
  readonly readsObject: boolean;
  readonly decode: Code | undefined;
  /** The statement that reads another type, without its semicolon. */
  readonly statement: Code | undefined;
  /** How values become JSON, arms of a match; undefined where they are JSON already. */
  readonly toJson: readonly Code[] | undefined;
}

export function readerView(declaration: Declaration, scope: FileScope): ReaderView {
  const { type, docs } = declaration;
  const match = type.kind === 'union' ? unionMatch(type, scope) : undefined;
  const readsObject = match !== undefined && match.subject !== 'true';
  const { native, doc, isNative } = phpType({ kind: 'reference', to: declaration }, scope);
  const failure = {
    head: code`throws ${scope.imports.name(LIBRARY.DecodeException)}`,
    text: 'naming the path, if it is something else',
  };
  return {
    comment: docBlock(
      [...docsText(docs), `Reads the type ${doc}: PHP has no names for such types.`],
      deprecation(docs),
      '',
    ),
    type: native,
    fromJsonComment: docBlock([], [...(isNative ? [] : [{ head: code`return ${doc}` }]), failure], '    '),
    match,
    readsObject,
    decode: readsObject ? scope.imports.name(LIBRARY.Decode) : undefined,
    statement:
      match === undefined
        ? lineOf(code`return `, decodeExpression(type, code`$json`, scope, code`$path`), code`        `)
        : undefined,
    toJson: isJsonAlready(type) ? undefined : armsOf(declaration, scope),
  };
}

function armsOf({ type }: Declaration, scope: FileScope): Code[] {
  if (type.kind === 'union') return encodeArms(type.members, scope);
  const inner = type.kind === 'nullable' ? type.of : type;
  if (inner.kind !== 'reference' || !isReader(inner.to)) return encodeArms([inner], scope);
  const reader = scope.imports.name(scope.names.classOf(inner.to));
  return [armOf(code`$value !== null`, { name: code`${reader}::toJson`, parameters: [code`$value`] })];
}
