import { code, joined, type Code } from '../code';

/** Where lines of PHP are broken, if they can be. */
export const MAX_COLUMNS = 120;

/** A call of a function. */
export interface Call {
  readonly name: Code;
  readonly parameters: readonly Expression[];
}

/** A function of one expression. */
export interface Closure {
  /** All before the expression, with the space between. */
  readonly head: Code;
  readonly body: Expression;
}

/** One of two expressions, by a condition. */
export interface Choice {
  readonly condition: Code;
  readonly yes: Expression;
  readonly no: Expression;
}

/** Code that has a value, and that knows where it may be broken. */
export type Expression = Code | Call | Choice | Closure;

/** An expression on one line. */
export function flat(expression: Expression): Code {
  if (typeof expression === 'string') return expression;
  if ('name' in expression) return code`${expression.name}(${joined(expression.parameters.map(flat), code`, `)})`;
  if ('head' in expression) return code`${expression.head}${flat(expression.body)}`;
  const { condition, yes, no } = expression;
  return code`${condition} ? ${within(yes)} : ${within(no)}`;
}

/**
 * A line that ends in an expression and one more character. Where it is too long, parameters stand on lines of their own,
 * and so do the two sides of a choice; where those are too long, so do theirs.
 *
 * @param head What stands before the expression, with the space between.
 */
export function lineOf(head: Code, expression: Expression, indent: Code): Code {
  const line = code`${head}${flat(expression)}`;
  if (typeof expression === 'string' || fits(line, indent)) return line;
  if ('head' in expression) return lineOf(code`${head}${expression.head}`, expression.body, indent);
  const inner = code`${indent}    `;
  if ('name' in expression) {
    const parameters = expression.parameters.map((parameter) => code`${inner}${lineOf(code``, parameter, inner)},\n`);
    return code`${head}${expression.name}(\n${joined(parameters, code``)}${indent})`;
  }
  const side = (mark: Code, value: Expression) =>
    isChoice(value) ? code`${mark}${within(value)}` : lineOf(mark, value, inner);
  const [yes, no] = [side(code`? `, expression.yes), side(code`: `, expression.no)];
  return code`${head}${expression.condition}\n${inner}${yes}\n${inner}${no}`;
}

/** Whether a line is short enough, with one more character behind it. */
export function fits(line: Code, indent: Code): boolean {
  return indent.length + line.length + 1 <= MAX_COLUMNS;
}

/** PHP takes no choice within a choice without parentheses. */
function within(expression: Expression): Code {
  return isChoice(expression) ? code`(${flat(expression)})` : flat(expression);
}

function isChoice(expression: Expression): expression is Choice {
  return typeof expression !== 'string' && 'condition' in expression;
}
