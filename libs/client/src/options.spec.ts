import { describe, expect, it } from 'vitest';
import { DEFAULT_CLIENT_SETTINGS, resolveClientOptions, type ClientOptions } from './options';

const socketPath = '/run/app/ipc.sock';

describe('resolveClientOptions', () => {
  it('fills in every default', () => {
    expect(resolveClientOptions({ socketPath })).toEqual({ ...DEFAULT_CLIENT_SETTINGS, socketPath });
  });

  it('takes an option that is undefined as absent', () => {
    const options = { socketPath, maxPending: undefined } as unknown as ClientOptions;
    expect(resolveClientOptions(options).maxPending).toBe(10_000);
  });

  it.each<[string, unknown, RegExp]>([
    ['socketPath', '', /socketPath is ""; give the path/],
    ['socketPath', undefined, /socketPath is undefined; give the path/],
    ['socketPath', `/${'a'.repeat(107)}`, /is 108 bytes, limit 107; use a shorter directory/],
    ['socketPath', `/${'é'.repeat(54)}`, /is 109 bytes, limit 107/],
    ['maxPending', 0, /maxPending is 0; give a number from 1 to 10000000/],
    ['maxFrameBytes', Number.NaN, /maxFrameBytes is NaN; give a number from 64/],
    ['requestTimeoutMs', -1, /requestTimeoutMs is -1; give a number from 0/],
    ['requestTimeoutMs', '5', /requestTimeoutMs is "5"; give a number/],
    ['reconnectInitialMs', 6_000, /reconnectInitialMs is 6000, over reconnectMaxMs 5000/],
    ['userAgent', 7, /userAgent is 7; give a string/],
  ])('refuses %s %j and says what to give', (name, value, message) => {
    const options = { socketPath, [name]: value } as unknown as ClientOptions;
    expect(() => resolveClientOptions(options)).toThrow(message);
  });

  it('takes a path of 107 bytes', () => {
    const path = `/${'a'.repeat(106)}`;
    expect(resolveClientOptions({ socketPath: path }).socketPath).toBe(path);
  });

  it('names everything that is wrong at once', () => {
    expect(() => resolveClientOptions({ socketPath: '', maxPending: -1 })).toThrow(/socketPath[^]*\n[^]*maxPending/);
  });
});
