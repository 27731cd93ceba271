import { code, joined, type Code } from '../code';

/** Where lines of PHP are broken, if they can be. */
export const MAX_COLUMNS = 120;

/** A call of a function. */
export interface Call {
  readonly name: Code;
  readonly parameters: readonly Code[];
}

/** One of two expressions, by a condition. */
export interface Choice {
  readonly condition: Code;
  readonly yes: Code;
  readonly no: Expression;
}

/** Code that has a value, and that knows where it may be broken. */
export type Expression = Code | Call | Choice;

/** An expression on one line. */
export function flat(expression: Expression): Code {
  if (typeof expression === 'string') return expression;
  if ('name' in expression) return code`${expression.name}(${joined(expression.parameters, code`, `)})`;
  const { condition, yes, no } = expression;
  return code`${condition} ? ${yes} : ${within(no)}`;
}

/**
 * A line that ends in an expression and one more character. Where it is too long, parameters stand on lines of their own,
 * and so do the two sides of a choice.
 *
 * @param head What stands before the expression, with the space between.
 */
export function lineOf(head: Code, expression: Expression, indent: Code): Code {
  const line = code`${head}${flat(expression)}`;
  if (typeof expression === 'string' || fits(line, indent)) return line;
  if ('name' in expression) {
    const parameters = expression.parameters.map((parameter) => code`${indent}    ${parameter},\n`);
    return code`${head}${expression.name}(\n${joined(parameters, code``)}${indent})`;
  }
  const inner = code`${indent}    `;
  const no = isChoice(expression.no) ? code`: ${within(expression.no)}` : lineOf(code`: `, expression.no, inner);
  return code`${head}${expression.condition}\n${inner}? ${expression.yes}\n${inner}${no}`;
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
