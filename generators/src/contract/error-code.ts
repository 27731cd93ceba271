import { contractError } from './library/contract-error';
import { isRefusedName } from './library/generated-name';

const CODE = /^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)+$/;

/**
 * Holds where `code` can be the code of an error that a contract declares: names with dots between them, each of which
 * generated code can use.
 *
 * @throws ContractError naming the rule and the remedy
 */
export function assertErrorCode(code: string, at: string): void {
  if (!CODE.test(code)) {
    const remedy = 'write a namespace and a name, e.g. "orders.sold_out"';
    throw contractError(at, 'an error code is names of [a-z][a-z0-9_]* with dots between them', remedy);
  }
  const refused = code.split('.').find(isRefusedName);
  if (refused !== undefined) {
    throw contractError(at, `${JSON.stringify(refused)} would mean something else in code`, 'choose another name');
  }
}
