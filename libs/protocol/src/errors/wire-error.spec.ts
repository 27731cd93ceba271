import { expect, test } from 'vitest';
import { IpcError } from './ipc-error';
import { toWireError } from './wire-error';

const INTERNAL = { code: 'internal', message: 'The handler failed; the server log has the reason' };

test('what a handler throws on purpose reaches the caller', () => {
  expect(toWireError(new IpcError('a.b', 'm'))).toEqual({ code: 'a.b', message: 'm' });
  expect(toWireError(new IpcError('a.b', 'm', { details: { a: 1 }, cause: new Error('secret') }))).toEqual({
    code: 'a.b',
    message: 'm',
    details: { a: 1 },
  });
  expect(toWireError(new IpcError('a.b', 'm', { details: null }))).toHaveProperty('details', null);
  const later = new IpcError('resource_exhausted', 'm', { retryAfterMs: 250 });
  expect(toWireError(later)).toEqual({ code: 'resource_exhausted', message: 'm', retryAfter: 250 });
});

test.each([250.2, NaN, -1, Infinity, '10', '",x', 10n, {}, null])(
  'a retryAfterMs of %s is told as it can be',
  (value) => {
    const foreign = Object.assign(new IpcError('a.b', 'm'), { retryAfterMs: value });
    expect(toWireError(foreign)).toEqual({ code: 'a.b', message: 'm', ...(value === 250.2 && { retryAfter: 251 }) });
  },
);

test.each([
  ['an error', new Error('secret /etc/path')],
  ['an error of another daemon that the handler called', new IpcError('a.b', 'secret', { origin: 'remote' })],
  ['an error that is not to be shown', new IpcError('unavailable', 'secret', { expose: false })],
  ['a string', 'secret'],
  ['an object', { code: 'a.b', message: 'secret' }],
  ['an object without prototype', Object.create(null)],
  ['undefined', undefined],
  ['null', null],
])('anything else is internal, and says nothing: %s', (_, thrown: unknown) => {
  expect(toWireError(thrown)).toEqual(INTERNAL);
});
