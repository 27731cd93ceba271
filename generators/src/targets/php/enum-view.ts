import type { Declaration } from '../../model/client-model';
import { Names, pascalCase, shortened } from '../../model/type-name';
import type { Code } from '../code';
import { deprecation, docBlock, docsText } from './comment';
import { identifier, literal } from './literal';

/** What the template of an enum is filled with. */
export interface EnumView {
  readonly comment: Code | undefined;
  readonly cases: readonly { readonly name: Code; readonly value: Code }[];
}

export function enumView({ type, docs }: Declaration): EnumView {
  // A constant of the name `class` is PHP's own.
  const names = new Names(['class'], (name) => name.toLowerCase());
  const values = type.kind === 'enum' ? type.values : [];
  return {
    comment: docBlock(docsText(docs), deprecation(docs), ''),
    cases: values.map((value) => ({
      name: identifier(names.claim(shortened(pascalCase(value, 'Value')))),
      value: literal(value),
    })),
  };
}
