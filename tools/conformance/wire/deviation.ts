import { isDeepStrictEqual } from 'node:util';
import type { Vector } from './vector';

type Reply = Readonly<Record<string, unknown>>;

/** Why lines are not what a vector allows, or undefined where they are. */
export type Judge = (lines: readonly string[], vector: Vector) => string | undefined;

const recordedLines = ({ receive }: Vector): string[] => receive.split('\n').slice(0, -1);

/** Every recorded key with its recorded value, and beyond them exactly the error's pair where it was missing. */
function superset(where: 'in data' | 'at the top'): Judge {
  return (lines, vector) => {
    const recorded = recordedLines(vector).map((line) => JSON.parse(line) as Reply);
    const received = lines.map((line) => JSON.parse(line) as Reply);
    const expected = recorded.map((reply) => {
      const { code, message } = (where === 'in data' ? reply : reply.data) as Reply;
      return where === 'in data' ? { ...reply, data: { code, message } } : { ...reply, code, message };
    });
    return isDeepStrictEqual(received, expected) ? undefined : `expected ${JSON.stringify(expected)}`;
  };
}

/** The recorded lines byte for byte, and one line more: the error for the bad line. */
function badLineAnswered(code: string): Judge {
  return (lines, vector) => {
    const recorded = recordedLines(vector);
    const [error = '{}', ...others] = lines.filter((line) => !recorded.includes(line));
    const { ipcReqID, message, ...rest } = JSON.parse(error) as Reply;
    const isError =
      ipcReqID === null && typeof message === 'string' && isDeepStrictEqual(rest, { code, data: { code, message } });
    const isComplete = others.length === 0 && recorded.every((line) => lines.includes(line));
    return isError && isComplete ? undefined : `expected ${recorded.join(' ')} and one ${code}`;
  };
}

/** The recorded bytes. */
const exact: Judge = (lines, { receive }) =>
  lines.map((line) => `${line}\n`).join('') === receive ? undefined : `expected ${receive}`;

const zeroId: Judge = (lines, { receive }) =>
  exact(lines, { name: '', send: '', receive: receive.replace('"ipcReqID":null', '"ipcReqID":0') });

/** By the words of the vectors: what is not here is not allowed. */
const JUDGES: ReadonlyMap<string | undefined, Judge> = new Map<string | undefined, Judge>([
  [undefined, exact],
  ['reply with the id 0 itself: a caller must be able to match it', zeroId],
  ['superset allowed: also data:{code,message}', superset('in data')],
  ['superset allowed: also top-level code,message', superset('at the top')],
  ['also answer the bad line: {ipcReqID:null, code:"parse_error", message}', badLineAnswered('parse_error')],
  ['also answer the bad line: {ipcReqID:null, code:"invalid_request", message}', badLineAnswered('invalid_request')],
]);

/** How many lines a vector's case must give. */
export function lineCount({ receive, deviation }: Vector): number {
  return receive.split('\n').length - 1 + (deviation?.startsWith('also answer') ? 1 : 0);
}

/** @throws Error if the vector's deviation has words that nobody has given a meaning */
export function judgeOf({ name, deviation }: Vector): Judge {
  const judge = JUDGES.get(deviation);
  if (!judge) throw new Error(`vector ${name}: give "${deviation}" a meaning`);
  return judge;
}
