/**
 * Compares two contract documents: standard input `{"older": "<text>", "newer": "<text>"}`, standard output the findings
 * as JSON. A program, because what Nx loads imports no library of this workspace.
 */
import { compareContracts, ContractError, parseContractDocument } from '@pixl-ipc/contract';
import { readFileSync } from 'node:fs';

const { older, newer } = JSON.parse(readFileSync(0, 'utf8')) as Readonly<Record<'older' | 'newer', string>>;
try {
  const findings = compareContracts(parseContractDocument(JSON.parse(older)), parseContractDocument(JSON.parse(newer)));
  process.stdout.write(JSON.stringify(findings));
} catch (error) {
  if (!(error instanceof ContractError || error instanceof SyntaxError)) throw error;
  process.stderr.write(error.message);
  process.exitCode = 1;
}
