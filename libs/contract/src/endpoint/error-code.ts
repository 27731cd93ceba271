import { contractError } from '../contract-error';
import { isRefusedName, propertyName } from '../generated-name';

/** The code of an error that a contract declares: at least two names of `[a-z][a-z0-9_]*` with dots between them. */
export type DeclaredErrorCode = `${string}.${string}`;

/** `'orders.sold_out'` → `'soldOut'`, as {@link errorName}. */
export type ErrorName<Code extends string> = Code extends `${string}.${infer Rest}` ? ErrorName<Rest> : CamelCase<Code>;

type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${First}${CamelCaseTail<Rest>}`
  : Name;
type CamelCaseTail<Name extends string> = Name extends `_${infer Rest}`
  ? CamelCaseTail<Rest>
  : Capitalize<CamelCase<Name>>;

const CODE = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/;

/** The name of a declared error in code: the last name of its code in camelCase, `orders.sold_out` → `soldOut`. */
export function errorName(code: string): string {
  return propertyName(code.slice(code.lastIndexOf('.') + 1));
}

/**
 * Holds where each code is well formed, so that none can be one of the protocol's, and where no two get one name.
 *
 * @param path Of the contract's errors.
 * @throws ContractError naming the code, the rule and the remedy
 */
export function assertErrorCodes(codes: Iterable<string>, path: string): asserts codes is Iterable<DeclaredErrorCode> {
  const byName = new Map<string, string>();
  for (const code of codes) {
    const at = `${path}/${code}`;
    if (!CODE.test(code)) {
      const remedy = 'write a namespace and a name, e.g. "orders.sold_out"';
      throw contractError(at, 'an error code is names of [a-z][a-z0-9_]* with dots between them', remedy);
    }
    const name = errorName(code);
    if (isRefusedName(name)) {
      throw contractError(at, `would become ${JSON.stringify(name)} in code`, 'choose another last name');
    }
    const other = byName.get(name);
    if (other !== undefined) {
      const reason = `gets the same name as ${JSON.stringify(other)} in code, ${JSON.stringify(name)}`;
      throw contractError(at, reason, 'give one of them another last name');
    }
    byName.set(name, code);
  }
}
