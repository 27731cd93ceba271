import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { HandlerRegistry } from './handler-registry';

const handle = (): undefined => undefined;

/** Warnings that registering these, in order, gives. */
function warningsOf(...uris: readonly (string | RegExp)[]): string[] {
  const warnings: string[] = [];
  const registry = new HandlerRegistry((message) => warnings.push(message));
  for (const uri of uris) registry.add(uri, 'name', handle);
  registry.flush();
  return warnings;
}

describe('a handler registry', () => {
  it.each(['/ipcserver/ping', '/ipcserver/metrics'])('warns that %s is a built-in endpoint', (uri) => {
    expect(warningsOf(uri)).toEqual([`handler 'name' for ${uri} is never called: a built-in endpoint has that URI`]);
  });

  it.each(['/api/test', '/', 'no slash', '/ä/ö', '/a-b_c~d:e@f&g=h,i;j%20', '/a\nb'])('says nothing of %j', (uri) => {
    expect(warningsOf(uri)).toEqual([]);
  });

  it.each([
    ['/v1.0', '/^\\/v1.0$/', '/v1.0'],
    ['/api/.*', '/^\\/api\\/.*$/', '/api/x/y'],
    ['/api/(a|b)', '/^\\/api\\/(a|b)$/', '/api/b'],
    ['/a/\\d+', '/^\\/a\\/\\d+$/', '/a/12'],
    ['/a\\/b', '/^\\/a\\/b$/', '/a/b'],
    ['/a\\\\/b', '/^\\/a\\\\\\/b$/', '/a\\/b'],
    ['/a[/]b', '/^\\/a[/]b$/', '/a/b'],
    ['/a?b=c', '/^\\/a?b=c$/', '/b=c'],
    ['^/a', '/^^\\/a$/', '/a'],
    ['/a{2}', '/^\\/a{2}$/', '/aa'],
  ])(
    'warns that %j is taken literally, and prints the RegExp that the original made of it: %s',
    (uri, pattern, matched) => {
      expect(warningsOf(uri)).toEqual([
        `handler 'name' matches the text ${uri} literally; if it is meant as a regular expression, write addURIHandler(${pattern}, …)`,
      ]);
      const [, source = '', flags] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? [];
      expect(new RegExp(source, flags).test(matched)).toBe(true);
    },
  );

  it.each(['/a(b', '/a[b', '/a)b', '/**', '/a{2,1}', '/(?<n', '/?+'])(
    'takes %j literally, which is no RegExp at all',
    (uri) => {
      const [warning = '', ...more] = warningsOf(uri);
      expect(more).toEqual([]);
      expect(warning).toBe(`handler 'name' matches the text ${uri} literally`);
      const registry = new HandlerRegistry(() => undefined);
      registry.add(uri, 'name', handle);
      expect(registry.router.find(uri)?.name).toBe('name');
    },
  );

  it.each<[string, readonly (string | RegExp)[]]>([
    ['an equal one', ['/a', '/a']],
    ['a pattern that matches it', [/^\/a/, '/a']],
    ['a built-in endpoint', ['/ipcserver/test/echo']],
  ])('warns of a handler that is never called, after %s', (_what, uris) => {
    const uri = String(uris.at(-1));
    expect(warningsOf(...uris)).toEqual([
      `handler 'name' for ${uri} is never called: an earlier handler matches the same URI`,
    ]);
  });

  it('keeps warnings until there is a log, and writes later ones at once', () => {
    const warnings: string[] = [];
    const registry = new HandlerRegistry((message) => warnings.push(message));
    registry.add('/a.b', 'early', handle);
    expect(warnings).toEqual([]);
    registry.flush();
    registry.add('/c.d', 'late', handle);
    registry.flush();
    expect(warnings.map((warning) => warning.split(' ')[1])).toEqual(["'early'", "'late'"]);
  });

  it.each([undefined, null, '', 3, {}, ['/a']])('refuses %j as a URI, naming it', (uri) => {
    expect(() => warningsOf(uri as never)).toThrow(
      new TypeError(`addURIHandler: uri is ${JSON.stringify(uri)}; give a non-empty string or a RegExp`),
    );
  });

  it('serves a RegExp of another realm', () => {
    const registry = new HandlerRegistry(() => undefined);
    const pattern = runInNewContext('/^\\/a\\/\\d$/g') as RegExp;
    expect(pattern).not.toBeInstanceOf(RegExp);
    registry.add(pattern, 'a', handle);
    for (const uri of ['/a/1', '/a/2']) expect(registry.router.find(uri)?.name).toBe('a');
    expect(registry.router.find('/a/x')).toBeUndefined();
  });

  it('counts echo and delay and the user’s own', () => {
    const registry = new HandlerRegistry(() => undefined);
    expect(registry.router.size).toBe(2);
    registry.add('/a', 'a', handle);
    registry.add(/b/, 'b', handle);
    expect(registry.router.size).toBe(4);
  });
});
