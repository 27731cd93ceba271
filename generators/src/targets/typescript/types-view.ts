import type { Declaration, PropertyModel, TypeModel } from '../../model/client-model';
import { code, type Code } from '../code';
import { docsComment } from './comment';
import { fits } from './layout';
import { propertyKey } from './literal';
import type { TypeScriptNames } from './names';
import { definitionText, isEmptyObject, propertyText } from './type-text';

/** One exported type. */
export interface TypeView {
  readonly name: Code;
  readonly comment: Code | undefined;
  /** Of an interface; undefined where the type is an alias. */
  readonly properties: readonly PropertyView[] | undefined;
  /** Of an alias, with the space or line break behind `=`; undefined where the type is an interface. */
  readonly definition: Code | undefined;
}

interface PropertyView {
  readonly comment: Code | undefined;
  readonly member: Code;
}

export function typeView(declaration: Declaration, names: TypeScriptNames): TypeView {
  const { type, docs } = declaration;
  const isInterface = type.kind === 'object' && !isEmptyObject(type);
  return {
    name: names.typeOf(declaration),
    comment: docsComment(docs, '', unsaid(type)),
    properties: isInterface ? type.properties.map((property) => propertyView(property, names)) : undefined,
    definition: isInterface ? undefined : definitionText(declaration, names),
  };
}

function propertyView(property: PropertyModel, names: TypeScriptNames): PropertyView {
  const { key, required, docs, type } = property;
  const head = code`${propertyKey(key)}${required ? code`` : code`?`}:`;
  const text = propertyText(property, names);
  const line = code`${head} ${text};`;
  // Of what stands on a line that is too long, alternatives go on the next.
  const isBroken = !fits(line, code`  `) && text.includes(' | ');
  return {
    comment: docsComment(docs, '  ', unsaid(type)),
    member: isBroken ? code`${head}\n    ${text};` : line,
  };
}

/** What of a type TypeScript has no word for. */
function unsaid(type: TypeModel): string | undefined {
  if (type.kind === 'nullable') return unsaid(type.of);
  if (type.kind === 'string' && type.isInstant) return 'a time as in RFC 3339';
  return type.kind === 'integer' ? 'integer' : undefined;
}
