import type { EndpointModel, ErrorModel } from '../../model/client-model';
import { code, type Code } from '../code';
import { docBlock } from './comment';
import { decodeExpression } from './decode-code';
import { lineOf } from './layout';
import { literal } from './literal';
import { LIBRARY } from './php-class';
import { phpType, type FileScope } from './type-text';

/** What the template of a declared error's exception is filled with. */
export interface ExceptionView {
  readonly comment: Code | undefined;
  readonly remoteException: Code;
  readonly decodeException: Code;
  readonly code: Code;
  /** The error in words, for people. */
  readonly message: Code;
  readonly type: Code;
  readonly constructorComment: Code | undefined;
  /** An exception of the class made of `$error`, which is another: the end of a choice, without its semicolon. */
  readonly made: Code;
}

const REST = [code`$error->getMessage()`, code`$error->retryAfterMs`, code`$error`];

/** @param endpoints Those that declare the error. */
export function exceptionView(error: ErrorModel, endpoints: readonly EndpointModel[], scope: FileScope): ExceptionView {
  const remoteException = scope.imports.name(LIBRARY.RemoteException);
  const { native, doc, isNative } = phpType(error.details, scope);
  const details = decodeExpression(error.details, code`$error->details`, scope);
  const words = error.code.slice(error.code.lastIndexOf('.') + 1).replaceAll('_', ' ');
  return {
    comment: docBlock(
      [`${error.code}, which ${endpoints.map(({ uri }) => uri).join(', ')} may answer.`],
      [{ head: code`extends ${remoteException}<${doc}>` }],
      '',
    ),
    remoteException,
    decodeException: scope.imports.name(LIBRARY.DecodeException),
    code: literal(error.code),
    message: literal(words),
    type: native,
    constructorComment: isNative ? undefined : docBlock([], [{ head: code`param ${doc} $details` }], '    '),
    made: lineOf(code`: `, { name: code`new self`, parameters: [details, ...REST] }, code`                `),
  };
}
