import type { ClientModel } from '../../model/client-model';
import { namespacesOf } from '../../model/namespaces';
import { code, type Code } from '../code';
import { moduleText } from './module-text';
import type { TypeScriptNames } from './names';

/** What the template of the index is filled with: every export of the other files but the fake's, which tests import. */
export interface IndexView {
  readonly exports: readonly Code[];
}

/** @param file The name of a file by its stem, as it is imported. */
export function indexView(model: ClientModel, names: TypeScriptNames, file: (stem: string) => string): IndexView {
  const { service, typeOf } = names;
  const endpoints = namespacesOf(model.root).map((namespace) => names.of(namespace).endpoints);
  const hasErrors = model.errors.length > 0;
  return {
    exports: [
      ...moduleText('export', [code`create${service}Client`], file('client')),
      ...moduleText('export type', [code`${service}Client`, ...endpoints], file('client')),
      ...moduleText('export', hasErrors ? [code`is${service}Error`] : [], file('errors')),
      ...moduleText('export type', hasErrors ? [code`${service}Error`, code`${service}Errors`] : [], file('errors')),
      ...moduleText('export type', model.declarations.map(typeOf), file('types')),
    ],
  };
}
