import type { Declaration, PropertyModel, TypeModel } from '../../model/client-model';
import { code, joined, type Code } from '../code';
import { fits } from './layout';
import { literal } from './literal';
import type { TypeScriptNames } from './names';

/**
 * A type where it is used: objects, enums and unions by their names.
 *
 * @param options `isCircular` in the declaration of a type that leads back to itself: an alias may not do so in `Record`.
 */
export function typeText(
  type: TypeModel,
  names: TypeScriptNames,
  options: { readonly isCircular?: boolean } = {},
): Code {
  const within = (inner: TypeModel) => typeText(inner, names, options);
  switch (type.kind) {
    case 'unknown':
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
      return PLAIN[type.kind];
    case 'integer':
      return PLAIN.number;
    case 'literal':
      return literal(type.value);
    case 'nullable':
      return isUnknown(type.of) ? PLAIN.unknown : code`${within(type.of)} | null`;
    case 'list':
      return type.items.kind === 'nullable' ? code`(${within(type.items)})[]` : code`${within(type.items)}[]`;
    case 'map': {
      const values = within(type.values);
      return options.isCircular === true ? code`{ [key: string]: ${values} }` : code`Record<string, ${values}>`;
    }
    case 'reference':
      return names.typeOf(type.to);
    case 'enum':
    case 'union':
      return joined(memberTexts(type, names, options), code` | `);
    case 'object':
      throw new Error('an object has a name');
  }
}

/** What stands behind the `=` of a type's declaration, the space or line break after it included. */
export function definitionText(declaration: Declaration, names: TypeScriptNames): Code {
  const { type } = declaration;
  const text = isEmptyObject(type) ? code`Record<string, never>` : typeText(type, names, declaration);
  const members = memberTexts(type, names, declaration);
  const head = code`export type ${names.typeOf(declaration)} =`;
  if (members.length < 2 || fits(code`${head} ${text};`)) return code` ${text}`;
  if (fits(code`  ${text};`)) return code`\n  ${text}`;
  return joined(
    members.map((member) => code`\n  | ${member}`),
    code``,
  );
}

/** The type of a property, `undefined` included where the key may be left out: JSON leaves it out just so. */
export function propertyText({ type, required }: PropertyModel, names: TypeScriptNames): Code {
  const text = typeText(type, names);
  return required || isUnknown(type) ? text : code`${text} | undefined`;
}

export function isEmptyObject(type: TypeModel): boolean {
  return type.kind === 'object' && type.properties.length === 0;
}

const PLAIN = {
  unknown: code`unknown`,
  null: code`null`,
  boolean: code`boolean`,
  number: code`number`,
  string: code`string`,
};

function memberTexts(type: TypeModel, names: TypeScriptNames, options: { readonly isCircular?: boolean }): Code[] {
  if (type.kind === 'enum') return type.values.map(literal);
  return type.kind === 'union' ? type.members.map((member) => typeText(member, names, options)) : [];
}

function isUnknown(type: TypeModel): boolean {
  return type.kind === 'unknown';
}
