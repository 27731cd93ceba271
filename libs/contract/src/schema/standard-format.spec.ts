import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import Type from 'typebox';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { endpointHash } from '../document/endpoint-hash';
import { endpoint } from '../endpoint/endpoint';
import { normalForm } from './normal-form';

const of = (schema: unknown) => normalForm(schema, '/x#/request').schema;
const ofZod = (schema: z.ZodType) => of(z.toJSONSchema(schema));
const ofArk = (name: 'email' | 'ip.v4' | 'ip.v6') => of(type(`string.${name}`).toJsonSchema());
// The other two of its union are constants.
const { anyOf: [arkUuid] = [] } = type('string.uuid').toJsonSchema() as { anyOf?: object[] };
const ofValibot = (action: v.PipeAction<string, string, v.BaseIssue<unknown>>) =>
  of(toStandardJsonSchema(v.pipe(v.string(), action))['~standard'].jsonSchema.input({ target: 'draft-2020-12' }));

describe('a plain format says the same in each library, in the installed version', () => {
  test.each<[string, unknown, string]>([
    ['z.email', ofZod(z.email()), 'email'],
    ['z.uuid', ofZod(z.uuid()), 'uuid'],
    ['z.iso.datetime', ofZod(z.iso.datetime()), 'date-time'],
    ['z.iso.date', ofZod(z.iso.date()), 'date'],
    ['z.iso.duration', ofZod(z.iso.duration()), 'duration'],
    ['z.ipv4', ofZod(z.ipv4()), 'ipv4'],
    ['z.ipv6', ofZod(z.ipv6()), 'ipv6'],
    ['z.hostname', ofZod(z.hostname()), 'hostname'],
    ['z.url', ofZod(z.url()), 'uri'],
    ['string.email of arktype', ofArk('email'), 'email'],
    ['string.ip.v4 of arktype', ofArk('ip.v4'), 'ipv4'],
    ['string.ip.v6 of arktype', ofArk('ip.v6'), 'ipv6'],
    ['string.uuid of arktype', of({ ...arkUuid, description: '' }), 'uuid'],
    ['email of valibot', ofValibot(v.email()), 'email'],
    ['uuid of valibot', ofValibot(v.uuid()), 'uuid'],
    ['isoTimestamp of valibot', ofValibot(v.isoTimestamp()), 'date-time'],
    ['a format of TypeBox', of(Type.String({ format: 'email' })), 'email'],
  ])('%s', (_, schema, format) => {
    expect(schema).toEqual({ type: 'string', format });
  });

  // As zod wrote them up to 4.2, 4.4 and 4.5.
  test.each([
    ['time', String.raw`^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?$`],
    [
      'date-time',
      String.raw`^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z))$`,
    ],
    [
      'email',
      String.raw`^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\-]*\.)+[A-Za-z]{2,}$`,
    ],
  ])('and %s of an older zod', (format, pattern) => {
    expect(of({ type: 'string', format, pattern })).toEqual({ type: 'string', format });
  });
});

describe('what allows less or more than its plain format keeps its pattern and changes the hash', () => {
  test.each<[string, z.ZodType, z.ZodType]>([
    ['an address of one domain', z.email(), z.email({ pattern: /@corp\.com$/ })],
    ['an address as browsers check it', z.email(), z.email({ pattern: z.regexes.html5Email })],
    ['a time with an offset', z.iso.datetime(), z.iso.datetime({ offset: true })],
    ['a time in milliseconds', z.iso.datetime(), z.iso.datetime({ precision: 3 })],
    ['one version of UUID', z.uuid(), z.uuidv4()],
    ['a UUID of any version', z.uuid(), z.guid()],
  ])('%s', (_, plain, other) => {
    expect(ofZod(other)).toEqual({ ...(ofZod(plain) as object), pattern: z.toJSONSchema(other).pattern });
    const hashOf = (request: z.ZodType) => endpointHash(endpoint('/a', { request, response: z.object({}) }));
    expect(hashOf(z.object({ f: other }))).not.toBe(hashOf(z.object({ f: plain })));
  });

  test('a plain pattern beside another format', () => {
    const schema = { type: 'string', format: 'ipv6', pattern: z.toJSONSchema(z.ipv4()).pattern };
    expect(of(schema)).toEqual(schema);
  });
});
