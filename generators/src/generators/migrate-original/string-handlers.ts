import type { Remnant } from './left-to-do';

/** The first argument of a registration, to the comma behind it. pixl-server-web's method of that name takes strings as they are. */
const HANDLER =
  /(?<!WebServer\??)\.addURIHandler\s*\(\s*((?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\([^()]*\)|[^,'"`()])+)/g;
const LITERAL = /^(['"`])((?:(?!\1)[^\\]|\\.)*)\1$/s;
const METACHARACTERS = /[\\^$.*+?()[\]{}|]/;
const REGEXP = /^\/|^(?:new\s+)?RegExp\b/;

/** Finds the handlers whose string the original took for a RegExp, or may have. */
export function handlersToDecide(text: string): Remnant[] {
  return [...text.matchAll(HANDLER)].flatMap(({ index, 1: argument = '' }) => {
    const what = decisionOn(argument.trim());
    return what === undefined ? [] : { index, what };
  });
}

function decisionOn(argument: string): string | undefined {
  if (REGEXP.test(argument)) return undefined;
  const [, quote, raw] = LITERAL.exec(argument) ?? [];
  if (raw === undefined || (quote === '`' && raw.includes('${'))) {
    return `the handler's URI ${argument} is computed; a string is itself now, and no RegExp: write new RegExp(…) if it is meant as one`;
  }
  const uri = raw.replace(/\\(.)/gs, '$1');
  if (!METACHARACTERS.test(uri)) return undefined;
  return `the string ${JSON.stringify(uri)} is itself now, and no RegExp; write ${patternOf(uri)} if it is meant as one`;
}

/** What the original made of a string. */
function patternOf(uri: string): string {
  try {
    return String(new RegExp(`^${uri}$`));
  } catch {
    return 'a valid RegExp';
  }
}
