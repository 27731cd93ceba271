import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallEvent } from './call-event';
import { CallTrace, type CallChannels } from './call-trace';

const calls = tracingChannel('pixl-ipc:test:call') as unknown as CallChannels<CallEvent>;

/** Names of what is published while a test runs. */
function published(onStart?: (event: CallEvent) => void): string[] {
  const seen: string[] = [];
  const note = (name: string) => () => void seen.push(name);
  const subscribers = {
    start: (event: unknown) => {
      seen.push('start');
      onStart?.(event as CallEvent);
    },
    end: note('end'),
    asyncStart: note('asyncStart'),
    asyncEnd: note('asyncEnd'),
    error: note('error'),
  };
  calls.subscribe(subscribers);
  onTestFinished(() => {
    calls.unsubscribe(subscribers);
  });
  return seen;
}

const trace = (): CallTrace<CallEvent> => new CallTrace<CallEvent>(calls, { kind: 'call', uri: '/x' });

describe('a trace', () => {
  it.each([
    ['within its work', true],
    ['after its work', false],
  ])('says how a call ended after end, though it ended %s', (_when, within) => {
    const seen = published();
    const call = trace();
    call.run(() => {
      seen.push('work');
      if (within) call.ended({ durationMs: 1 });
    });
    if (!within) call.ended({ durationMs: 1 });
    expect(seen).toEqual(['start', 'work', 'end', 'asyncStart', 'asyncEnd']);
    expect(call.event).toMatchObject({ durationMs: 1 });
    expect(call.event).not.toHaveProperty('code');
  });

  it('says error before the end of a call that failed', () => {
    const seen = published();
    const call = trace();
    const error = new Error('x');
    call.run(() => undefined);
    call.ended({ durationMs: 2, code: 'internal', error });
    expect(seen).toEqual(['start', 'end', 'error', 'asyncStart', 'asyncEnd']);
    expect(call.event).toMatchObject({ code: 'internal', error });
  });

  it('throws what the work throws, after end', () => {
    const seen = published();
    const fails = (): void => {
      throw new Error('boom');
    };
    expect(() => {
      trace().run(fails);
    }).toThrow('boom');
    expect(seen).toEqual(['start', 'end']);
  });

  it('lets the subscribers of start stand around the work, the first one outermost, within what is bound', () => {
    const storage = new AsyncLocalStorage<string>();
    calls.start.bindStore(storage, ({ uri }) => `bound to ${uri}`);
    onTestFinished(() => void calls.start.unbindStore(storage));
    const seen = published((event) => {
      for (const name of ['outer', 'inner']) {
        event.surround((next) => {
          seen.push(`${name} >`);
          next();
          seen.push(`${name} <`);
        });
      }
    });
    trace().run(() => void seen.push(storage.getStore() ?? ''));
    expect(seen).toEqual(['start', 'outer >', 'inner >', 'bound to /x', 'inner <', 'outer <', 'end']);
  });
});
