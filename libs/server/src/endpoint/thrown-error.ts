import { validate, type AnyDeclaredError, type AnyEndpoint, type Validation } from '@pixl-ipc/contract';
import { isErrorCode, isIpcError, toWireError, type IpcError, type WireError } from '@pixl-ipc/protocol';
import { pathsOf } from './data-faults';

/** A failure of which the caller learns no more than that; the log has the whole. */
export class InternalFailure {
  constructor(
    readonly thrown: unknown,
    /** Why the caller learns no more, where what was thrown says otherwise. */
    readonly because?: string,
  ) {}
}

/**
 * What the caller of an endpoint is told when its handler throws: the protocol's own errors and those that the contract
 * declares, their details checked; `internal` for anything else.
 */
export function failureOf(
  contract: AnyEndpoint,
  thrown: unknown,
): WireError | InternalFailure | Promise<WireError | InternalFailure> {
  if (!isIpcError(thrown) || !thrown.expose || thrown.origin !== 'local') return new InternalFailure(thrown);
  if (isErrorCode(thrown.code)) return toWireError(thrown);
  const declared = Object.values(contract.errors).find(({ code }) => code === thrown.code);
  if (!declared) {
    const remedy = 'add it to errors there, or throw one of those';
    return new InternalFailure(thrown, `${thrown.code} is not declared by the contract of ${contract.uri}; ${remedy}`);
  }
  return declaredFailure(declared, thrown);
}

function declaredFailure(
  { schema }: AnyDeclaredError,
  thrown: IpcError,
): WireError | InternalFailure | Promise<WireError | InternalFailure> {
  const told = (details: Validation<unknown>): WireError | InternalFailure =>
    details.issues
      ? new InternalFailure(
          thrown,
          `the details of ${thrown.code} do not fit its contract at ${pathsOf(details.issues)}`,
        )
      : { ...toWireError(thrown), details: details.value };
  const broken = (error: unknown): InternalFailure => new InternalFailure(error);
  try {
    const details = validate(schema, thrown.details);
    return details instanceof Promise ? details.then(told).catch(broken) : told(details);
  } catch (error) {
    return broken(error);
  }
}
