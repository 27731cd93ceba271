import { describe, expect, expectTypeOf, test } from 'vitest';
import { assertErrorCodes, errorName, type ErrorName } from './error-code';

test.each([
  ['orders.sold_out', 'soldOut'],
  ['myapi.unwelcome', 'unwelcome'],
  ['a.b.c_d_e', 'cDE'],
  ['a.b__c_', 'bC'],
  ['a.b2_3', 'b23'],
])('the error %s is called %s', (code, name) => {
  expect(errorName(code)).toBe(name);
  expect(() => assertErrorCodes([code], '')).not.toThrow();
});

test('the type of the name is computed the same way', () => {
  expectTypeOf<ErrorName<'orders.sold_out'>>().toEqualTypeOf<'soldOut'>();
  expectTypeOf<ErrorName<'myapi.unwelcome'>>().toEqualTypeOf<'unwelcome'>();
  expectTypeOf<ErrorName<'a.b.c_d_e'>>().toEqualTypeOf<'cDE'>();
  expectTypeOf<ErrorName<'a.b__c_'>>().toEqualTypeOf<'bC'>();
  expectTypeOf<ErrorName<'a.b2_3'>>().toEqualTypeOf<'b23'>();
});

describe('a code is refused, with the rule and the remedy:', () => {
  const shape = 'an error code is names of [a-z][a-z0-9_]* with dots between them; write a namespace and a name';
  test.each<[string[], string]>([
    [['internal'], shape],
    [['sold_out'], shape],
    [[''], shape],
    [['Orders.sold'], shape],
    [['orders.soldOut'], shape],
    [['orders.'], shape],
    [['.sold'], shape],
    [['orders..sold'], shape],
    [['orders.2nd'], shape],
    [['orders.sold-out'], shape],
    [['orders.sold\n'], shape],
    [['orders.then'], 'would become "then" in code; choose another last name'],
    [['orders.constructor'], 'would become "constructor" in code; choose another last name'],
    [['orders.sold_out', 'shop.sold_out'], 'gets the same name as "orders.sold_out" in code, "soldOut"'],
    [['orders.sold_out', 'orders.sold__out'], 'gets the same name as "orders.sold_out" in code, "soldOut"'],
  ])('%j', (codes, message) => {
    expect(() => assertErrorCodes(codes, '/x#/errors')).toThrow(message);
    expect(() => assertErrorCodes(codes, '/x#/errors')).toThrow(JSON.stringify(`/x#/errors/${String(codes.at(-1))}`));
  });
});
