import { expect, it } from 'vitest';
import { nearestName } from './nearest-name';

it.each([
  ['abc', ['abc', 'abd'], 'abc'],
  ['abcd', ['abd', 'xyz'], 'abd'],
  ['abc', ['xyz'], undefined],
  ['abc', [], undefined],
  ['abc', ['abdef', 'acb'], 'acb'],
  ['MAXFRAMEBYTES', ['maxFrameBytes'], 'maxFrameBytes'],
])('%j among %j was probably meant to be %j', (word, names, nearest) => {
  expect(nearestName(word, names)).toBe(nearest);
});
