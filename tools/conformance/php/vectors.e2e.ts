import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDaemon, type RunningDaemon } from '../fixtures/running-daemon';
import { judgeOf, lineCount } from '../wire/deviation';
import { VECTORS } from '../wire/vector';
import { spawnPhp } from './php-process';
import type { FixtureProcess } from '@pixl-ipc/testkit';

let daemon: RunningDaemon;
let php: FixtureProcess;

beforeAll(async () => {
  [daemon, php] = await Promise.all([startDaemon({ handlers: ['vectors'] }), spawnPhp('wire.php')]);
});

afterAll(async () => {
  await php.cleanup();
  await daemon[Symbol.asyncDispose]();
});

describe.each([
  ['whole', 0],
  ['in pieces of one byte', 1],
])('what the original was sent, by PHP, %s', (_, pieceBytes) => {
  test.each(VECTORS)('$name is answered as the original did, or better as its deviation says', async (vector) => {
    const lines = await php.ask<string[]>('exchange', {
      path: daemon.path,
      send: vector.send,
      pieceBytes,
      lines: lineCount(vector),
    });
    const complaint = judgeOf(vector)(lines, vector);
    expect(complaint, `received ${lines.join('\n')}`).toBeUndefined();
  });
});

/** Vectors whose requests the drop-in can make: it gives the id, and takes arrays and objects. */
const SENDABLE = VECTORS.flatMap(({ name, send, receive }) => {
  const [request, ...others] = send
    .split('\n')
    .slice(0, -1)
    .map((line) => parse(line));
  const isSendable =
    others.length === 0 &&
    typeof request?.uri === 'string' &&
    typeof request.data === 'object' &&
    request.data !== null &&
    !name.startsWith('string_handler');
  return isSendable ? [{ name, request, reply: parse(receive)?.data }] : [];
});

test.each(SENDABLE)('the drop-in gets the original’s reply to $name', async ({ request, reply }) => {
  expect(SENDABLE.length).toBeGreaterThan(5);
  const { uri, data } = request;
  const answer = await php.ask('send', { path: daemon.path, uri, data });
  expect(withoutEnvelope(answer)).toEqual(asAssociative(withoutEnvelope(reply ?? null)));
});

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** In PHP's associative arrays, as the original's client has them, the empty object is the empty list. */
function asAssociative(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [key, asAssociative(member)] as const);
  return members.length === 0 || Array.isArray(value)
    ? members.map(([, member]) => member)
    : Object.fromEntries(members);
}

/** Some handlers of the vectors give back the request, whose id, pid and userAgent are the client's own. */
function withoutEnvelope(reply: unknown): unknown {
  if (typeof reply !== 'object' || reply === null || !('request' in reply)) return reply;
  const { uri, data } = reply.request as Record<string, unknown>;
  return { ...reply, request: { uri, data } };
}
