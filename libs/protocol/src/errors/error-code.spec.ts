import { expect, test } from 'vitest';
import { ERROR_CODES, isErrorCode } from './error-code';

test('the closed set holds the codes of the protocol, each with what it means', () => {
  expect(Object.keys(ERROR_CODES)).toEqual([
    'no_uri',
    'no_handler_found',
    'parse_error',
    'invalid_request',
    'invalid_argument',
    'message_too_large',
    'deadline_exceeded',
    'cancelled',
    'permission_denied',
    'resource_exhausted',
    'unavailable',
    'expected_more',
    'internal',
  ]);
  for (const meaning of Object.values(ERROR_CODES)) expect(meaning).toMatch(/^[A-Z].*\.$/);
  expect(Object.isFrozen(ERROR_CODES)).toBe(true);
});

test.each(['orders.sold_out', '', 'toString', '__proto__', 'constructor', 1, null, undefined, ['internal']])(
  '%j is none of them',
  (code) => {
    expect(isErrorCode(code)).toBe(false);
  },
);

test('every code of the table is one', () => {
  expect(Object.keys(ERROR_CODES).every(isErrorCode)).toBe(true);
});
