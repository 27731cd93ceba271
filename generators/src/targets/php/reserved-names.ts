/** What PHP, or what analyses it, does not take for the name of a class; in lower case, as PHP compares them. */
export const RESERVED_NAMES: readonly string[] = [
  ...['abstract', 'and', 'array', 'as', 'break', 'callable', 'case', 'catch', 'class', 'clone', 'const', 'continue'],
  ...['declare', 'default', 'die', 'do', 'echo', 'else', 'elseif', 'empty', 'enddeclare', 'endfor', 'endforeach'],
  ...['endif', 'endswitch', 'endwhile', 'enum', 'eval', 'exit', 'extends', 'final', 'finally', 'fn', 'for', 'foreach'],
  ...['function', 'global', 'goto', 'if', 'implements', 'include', 'include_once', 'instanceof', 'insteadof'],
  ...['interface', 'isset', 'list', 'match', 'namespace', 'new', 'or', 'print', 'private', 'protected', 'public'],
  ...['readonly', 'require', 'require_once', 'return', 'static', 'switch', 'throw', 'trait', 'try', 'unset', 'use'],
  ...['var', 'while', 'xor', 'yield', '__halt_compiler'],
  // Names of types and of special classes.
  ...['bool', 'false', 'float', 'int', 'iterable', 'mixed', 'never', 'null', 'object', 'parent', 'self', 'string'],
  ...['true', 'void', 'boolean', 'double', 'integer', 'numeric', 'resource', 'scalar'],
];
