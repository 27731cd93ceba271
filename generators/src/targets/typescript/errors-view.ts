import type { ClientModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { code, joined, type Code } from '../code';
import { docComment } from './comment';
import { enclosed, fits } from './layout';
import { moduleText } from './module-text';
import { literal } from './literal';
import type { TypeScriptNames } from './names';
import { referredTo } from './references';
import { typeText } from './type-text';

/** What the template of the declared errors is filled with. */
export interface ErrorsView {
  readonly imports: readonly Code[];
  readonly name: Code;
  readonly errors: readonly {
    readonly comment: Code | undefined;
    readonly code: Code;
    readonly details: Code;
  }[];
  /** How the guard begins: where it is declared for any of the errors, and where it is written, up to its brace. */
  readonly anyHead: Code;
  readonly head: Code;
  /** All of them, as the members of an array. */
  readonly codes: Code;
}

export function errorsView(model: ClientModel, names: TypeScriptNames, typesFile: string): ErrorsView {
  const endpoints = namespacesOf(model.root).flatMap((namespace) => namespace.endpoints);
  const types = model.errors.flatMap(({ details }) => referredTo(details)).map(names.typeOf);
  return {
    imports: [
      ...moduleText('import', [code`isIpcError`, code`type IpcError`], '@pixl-ipc/client'),
      ...moduleText('import type', types, typesFile),
    ],
    name: names.service,
    errors: model.errors.map((error) => {
      const from = endpoints.filter(({ errors }) => errors.includes(error)).map(({ uri }) => uri);
      return {
        comment: docComment([`From ${from.join(', ')}.`], '  '),
        code: literal(error.code),
        details: typeText(error.details, names),
      };
    }),
    anyHead: guardHead(names, [code`error: unknown`], code`;`),
    head: guardHead(names, [code`error: unknown`, code`code?: string`], code` {`),
    codes: codesText(model, names),
  };
}

function guardHead({ service }: TypeScriptNames, parts: readonly Code[], end: Code): Code {
  const before = code`export function is${service}Error`;
  const after = code`: error is ${service}Error${end}`;
  return enclosed({ brackets: 'parameters', before, parts, after, indent: code`` });
}

/** On one line if it fits. */
function codesText({ errors }: ClientModel, { service }: TypeScriptNames): Code {
  const codes = errors.map((error) => literal(error.code));
  const line = joined(codes, code`, `);
  const declaration = code`const codes: ReadonlySet<string> = new Set<keyof ${service}Errors>([${line}]);`;
  return fits(declaration) ? line : code`\n  ${joined(codes, code`,\n  `)},\n`;
}
