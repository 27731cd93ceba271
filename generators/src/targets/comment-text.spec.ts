import { describe, expect, it } from 'vitest';
import { commentLines } from './comment-text';

describe('any text as a comment', () => {
  it.each([
    ['a tag of its own line', 'Sold.\n@deprecated', ['Sold.', '\\@deprecated']],
    ['a tag behind a sign of a list', '- @internal', ['- \\@internal']],
    ['an inline tag', 'see {@link Money}, {@inheritdoc}', ['see {\\@link Money}, {\\@inheritdoc}']],
    ['a tag in brackets or quotes', '(@deprecated) "@internal" `@see`', ['(\\@deprecated) "\\@internal" `\\@see`']],
    ['a tag behind a dash', 'once-@return, .@throws', ['once-\\@return, .\\@throws']],
    ['the end of the comment', 'a */ b **/ c', ['a *\\/ b **\\/ c']],
  ])('has no meaning but its own: %s', (_, text, lines) => {
    expect(commentLines(text)).toEqual(lines);
  });

  it.each(['ask ada@example.com', 'größe@example.com', 'user_1@example.com'])('leaves an address alone: %s', (text) => {
    expect(commentLines(text)).toEqual([text]);
  });
});
