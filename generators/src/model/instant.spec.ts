import { contractDocument, endpoint, serializeContractDocument } from '@pixl-ipc/contract';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseContractDocument } from '../contract/contract-document';
import { resolvedSchema } from '../contract/schema-check';
import { isInstantSchema } from './instant';

function schemaOf(at: z.ZodType): object {
  const service = { name: 'times', version: '1.0.0' };
  const endpoints = [endpoint('/a', { request: z.object({ at }), response: z.null() })];
  const document = parseContractDocument(serializeContractDocument(contractDocument({ service, endpoints })));
  const request = resolvedSchema(document.endpoints['/a']?.request ?? {}, document.types) ?? {};
  return (request.properties as { readonly at: object }).at;
}

it.each([
  ['any precision', z.iso.datetime(), true],
  ['any zone', z.iso.datetime({ offset: true }), true],
  ['milliseconds', z.iso.datetime({ precision: 3 }), true],
  ['seconds', z.iso.datetime({ precision: 0 }), false],
  ['minutes', z.iso.datetime({ precision: -1 }), false],
  ['microseconds', z.iso.datetime({ precision: 6 }), false],
  ['a tenth of a second', z.iso.datetime({ precision: 1 }), false],
  ['no zone', z.iso.datetime({ local: true }), false],
  ['at most twenty characters', z.iso.datetime().max(20), false],
  ['days', z.iso.date(), false],
  ['text', z.string(), false],
])('a time of %s is an instant that clients may write, or text', (_, at, isInstant) => {
  expect(isInstantSchema(schemaOf(at))).toBe(isInstant);
});

it('a pattern that is no regular expression of JavaScript makes it text', () => {
  expect(isInstantSchema({ format: 'date-time', pattern: '(?P<a>' })).toBe(false);
});
