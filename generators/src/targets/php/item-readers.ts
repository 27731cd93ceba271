import { Names } from '../../model/type-name';
import { code, type Code } from '../code';
import { docBlock } from './comment';
import { lineOf, type Expression } from './layout';
import { identifier } from './literal';
import type { PhpType } from './type-text';

/** A private method that reads members of a list or a map. */
export interface ItemReader {
  readonly comment: Code | undefined;
  readonly name: Code;
  readonly type: Code;
  /** Gives what it reads from `$item` at `$path`, without its semicolon. */
  readonly statement: Code;
}

/**
 * The methods of a class that read what is nested too deep to be read where it is used: neither people nor analysis see
 * through functions within functions within functions.
 */
export class ItemReaders {
  readonly #names: Names;
  readonly #readers: ItemReader[] = [];

  /** @param methods Those that the class has besides. */
  constructor(methods: readonly string[]) {
    this.#names = new Names(methods, (name) => name.toLowerCase());
  }

  /** Gives the callable that is a method with this body; declares it where there is none yet. */
  add(type: PhpType, body: Expression, exception: Code): Code {
    const statement = lineOf(code`return `, body, code`        `);
    const known = this.#readers.find((reader) => reader.statement === statement);
    if (known !== undefined) return code`self::${known.name}(...)`;
    const name = identifier(this.#names.claim('readItem'));
    const comment = docBlock([], [{ head: code`return ${type.doc}` }, { head: code`throws ${exception}` }], '    ');
    this.#readers.push({ name, type: type.native, statement, comment });
    return code`self::${name}(...)`;
  }

  all(): readonly ItemReader[] {
    return this.#readers;
  }
}
