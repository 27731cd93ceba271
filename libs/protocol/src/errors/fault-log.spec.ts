import { describe, expect, it } from 'vitest';
import { FaultLog, type LogSink } from './fault-log';

interface Line {
  readonly code: string;
  readonly message: string;
  readonly data: unknown;
}

/** A log that keeps what it is told. */
class KeptLog implements LogSink {
  readonly lines: Line[] = [];

  log(code: string, message: string, data?: unknown): void {
    this.lines.push({ code, message, data });
  }
}

function faultLog(): { faults: FaultLog; log: KeptLog; at: (ms: number) => void } {
  const log = new KeptLog();
  let now = 0;
  return { faults: new FaultLog({ to: log, of: 'this connection', now: () => now }), log, at: (ms) => (now = ms) };
}

describe('a fault log', () => {
  it('writes ten lines a second and counts the rest in the next line', () => {
    const { faults, log, at } = faultLog();
    for (let count = 0; count < 15; count++) faults.log('code', 'message', { count });
    at(999);
    faults.log('code', 'message', {});
    expect(log.lines.map(({ data }) => data)).toEqual(Array.from({ length: 10 }, (_, count) => ({ count })));
    at(1_000);
    faults.log('code', 'message', { a: 1 });
    faults.log('code', 'message', { a: 2 });
    expect(log.lines.slice(10).map(({ data }) => data)).toEqual([{ a: 1, omittedBefore: 6 }, { a: 2 }]);
  });

  it('accounts for what is left out when it closes, once', () => {
    const { faults, log } = faultLog();
    for (let count = 0; count < 12; count++) faults.log('code', 'message', {});
    faults.close();
    faults.close();
    expect(log.lines.slice(10).map(({ message }) => message)).toEqual([
      '2 more faults of this connection were not logged',
    ]);
  });

  it('bounds several of its kind together, and loses no count of what either left out', () => {
    const log = new KeptLog();
    let now = 0;
    const all = new FaultLog({ to: log, of: 'all', now: () => now, maxLines: 15 });
    const [one, other] = ['one', 'other'].map((of) => new FaultLog({ to: all, of, now: () => now }));
    for (let count = 0; count < 12; count++) one?.log('code', 'one', {});
    for (let count = 0; count < 12; count++) other?.log('code', 'other', {});
    expect(log.lines).toHaveLength(15);
    now = 1_000;
    one?.log('code', 'one', {});
    other?.log('code', 'other', {});
    expect(log.lines.slice(15).map(({ data }) => data)).toEqual([{ omittedBefore: 7 }, { omittedBefore: 2 }]);
  });

  it('says nothing at its close where nothing was left out', () => {
    const { faults, log } = faultLog();
    faults.log('code', 'message', {});
    faults.close();
    expect(log.lines).toHaveLength(1);
  });
});
