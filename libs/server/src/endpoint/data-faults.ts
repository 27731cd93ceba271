import type { AnyEndpoint, ValidationIssue } from '@pixl-ipc/contract';
import { IpcError, printableText } from '@pixl-ipc/protocol';
import type { Call } from '../dispatch/call';

/** How much of the issues a message takes, in UTF-16 units: a version 1 caller is told no more than the message. */
const MAX_MESSAGE_CHARS = 1_024;

/** A handler returned what its contract does not allow. Says where, and nothing of what it returned. */
export class OutputFault extends Error {
  override readonly name = 'OutputFault';

  constructor(issues: readonly ValidationIssue[]) {
    super(`the response does not fit its contract at ${pathsOf(issues)}`);
  }
}

/**
 * The error for a request whose data does not fit, every wrong field named. Where the caller was made from another
 * version of the contract, `details.contract` says so. Logs the paths, not the data.
 */
export function invalidArgument(contract: AnyEndpoint, call: Call, issues: readonly ValidationIssue[]): IpcError {
  const data = { handler: call.route.name };
  call.connection.faults.log('invalid_argument', `request does not fit its contract at ${pathsOf(issues)}`, data);
  const message = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  const got = call.request.terms.contract;
  const expected = got === undefined ? undefined : contract.hash;
  return new IpcError('invalid_argument', shortened(message), {
    details: { issues, ...(expected === undefined || expected === got ? {} : { contract: { expected, got } }) },
  });
}

/** Where it is wrong, fit for a log: keys may be a caller's own. */
export function pathsOf(issues: readonly ValidationIssue[]): string {
  return printableText(issues.map(({ path }) => (path === '' ? 'the whole' : path)).join(', '), MAX_MESSAGE_CHARS);
}

function shortened(text: string): string {
  return text.length <= MAX_MESSAGE_CHARS ? text : `${text.slice(0, MAX_MESSAGE_CHARS - 1).toWellFormed()}…`;
}
