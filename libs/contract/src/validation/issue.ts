import { jsonPointer } from '../json-pointer';
import type { StandardIssue } from '../standard-schema';

/** One thing that is wrong with data. */
export interface ValidationIssue {
  /** JSON pointer to the wrong value: `/lines/0/qty`, empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Issues travel to the caller in an error's details, so neither their number nor their size is up to the caller. */
const MAX_ISSUES = 100;
const MAX_PATH_CHARS = 256;
const MAX_MESSAGE_CHARS = 512;

/** The issues of any schema library in one form: at most 100, and then one that counts the rest. */
export function normalizeIssues(issues: readonly StandardIssue[]): ValidationIssue[] {
  const normalized = issues.slice(0, MAX_ISSUES).map(({ message, path = [] }) => ({
    path: shortened(pointerOf(path), MAX_PATH_CHARS),
    message: shortened(message, MAX_MESSAGE_CHARS),
  }));
  const rest = issues.length - MAX_ISSUES;
  if (rest > 0) normalized.push({ path: '', message: `and ${rest} more` });
  return normalized;
}

function pointerOf(path: NonNullable<StandardIssue['path']>): string {
  return jsonPointer(...path.map((segment) => String(typeof segment === 'object' ? segment.key : segment)));
}

function shortened(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars - 1).toWellFormed()}…`;
}
