import { expect, test } from 'vitest';
import { LineSplitter } from './line-splitter';

test('lines come out whole at every split point, characters of several bytes too', () => {
  const bytes = Buffer.from('{"a":"é😀"}\r\n\nlast\nrest é');
  for (let cut = 0; cut <= bytes.length; cut++) {
    const splitter = new LineSplitter();
    const borrowed = Buffer.from(bytes.subarray(0, cut));
    const first = splitter.push(borrowed);
    borrowed.fill(0xff);
    expect([...first, ...splitter.push(bytes.subarray(cut))]).toEqual(['{"a":"é😀"}\r', '', 'last']);
    expect(splitter.rest).toBe('rest é');
  }
});
