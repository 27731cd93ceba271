/**
 * The closed set of error codes on the wire, with what each means. One table: the TypeScript union, the documentation
 * and the PHP enum come from it.
 *
 * @see docs/protocol.md#errors
 */
export const ERROR_CODES = Object.freeze({
  no_uri: 'The request has no uri.',
  no_handler_found: 'No handler is registered for the uri.',
  parse_error: 'The line is not JSON in well-formed UTF-8.',
  invalid_request: 'The envelope is wrong: no object, too deep, or a field of the wrong type or over its limit.',
  invalid_argument: 'The data does not fit the contract of the endpoint.',
  message_too_large: 'A frame is over its limit.',
  deadline_exceeded: 'The call was not answered in time.',
  cancelled: 'The caller gave the call up.',
  permission_denied: 'The peer may not do this.',
  resource_exhausted: 'A limit of the server or the client is reached; try again later.',
  unavailable: 'Nobody could serve the call: no connection, a lost one, or a draining server.',
  expected_more: 'A streaming endpoint was called without more.',
  internal: 'The handler failed.',
} as const);

/** A code of the protocol itself. Application errors declared by a contract (`orders.sold_out`) stand beside these. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** Whether `code` is one of the protocol's own codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);
}
