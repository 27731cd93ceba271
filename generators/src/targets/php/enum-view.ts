import type { Declaration } from '../../model/client-model';
import { valueName } from '../../model/value-name';
import type { Code } from '../code';
import { deprecation, docBlock, docsText } from './comment';
import { identifier, literal } from './literal';

/** What the template of an enum is filled with. */
export interface EnumView {
  readonly comment: Code | undefined;
  readonly cases: readonly { readonly name: Code; readonly value: Code }[];
}

export function enumView({ type, docs }: Declaration): EnumView {
  const values = type.kind === 'enum' ? type.values : [];
  return {
    comment: docBlock(docsText(docs), deprecation(docs), ''),
    cases: values.map((value) => ({
      name: identifier(caseName(value)),
      value: literal(value),
    })),
  };
}

/** A constant of the name `class`, in any case, is PHP's own. */
function caseName(value: string): string {
  return valueName(value, (name) => name.toLowerCase() !== 'class');
}
