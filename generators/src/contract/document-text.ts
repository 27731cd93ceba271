import type { ContractDocument } from '@pixl-ipc/contract';

/** The text of a document for a file, as `serializeContractDocument` of the contract library writes it. */
export function contractDocumentText(document: ContractDocument): string {
  return `${JSON.stringify(sorted(document), null, 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
