import fc from 'fast-check';

/** What one of the callers makes. */
export interface Making {
  readonly do: 'call' | 'notify' | 'stream';
  /** Which of the callers. */
  readonly by: number;
  /** 0: for ever. */
  readonly timeoutMs: number;
  readonly retry: false | undefined;
  /** Whether the handler ends when its signal aborts, or runs on. */
  readonly heeds: boolean;
  /** Of a stream: how many items it has, and what follows them. */
  readonly items: number;
  readonly then: 'end' | 'fail' | 'hang';
}

/** One step of a sequence. What `at` picks from may be empty: then the step does nothing. */
export type Step =
  | Making
  /** A caller's signal aborts; a reader leaves its stream, or reads on, which grants credit. */
  | { readonly do: 'abort' | 'leave' | 'read'; readonly at: number }
  /** A handler replies, or throws. */
  | { readonly do: 'reply' | 'throw'; readonly at: number }
  /** A connection is destroyed at its caller's end, or all of them at the server's. */
  | { readonly do: 'kill'; readonly at: number; readonly how: 'caller' | 'reset' | 'server' }
  /** The server drains, or is aborted; another takes its place. */
  | { readonly do: 'drain' | 'abort server' | 'replace' }
  /** Time passes. */
  | { readonly do: 'tick'; readonly ms: number }
  /** What is under way goes on a little, or until nothing is under way: then all that has to hold is looked at. */
  | { readonly do: 'turn' | 'rest' };

const at = fc.nat({ max: 7 });
const making = fc.record({
  do: fc.constantFrom('call', 'call', 'stream', 'stream', 'notify'),
  by: fc.nat({ max: 1 }),
  timeoutMs: fc.constantFrom(0, 0, 40, 300),
  retry: fc.constantFrom(undefined, undefined, false),
  heeds: fc.boolean(),
  items: fc.nat({ max: 12 }),
  then: fc.constantFrom('end', 'fail', 'hang'),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: making },
  { weight: 14, arbitrary: fc.record({ do: fc.constantFrom('abort', 'leave', 'read', 'read'), at }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constantFrom('reply', 'reply', 'throw'), at }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill'), at, how: fc.constantFrom('caller', 'caller', 'reset', 'server') }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('drain', 'abort server', 'replace', 'replace') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('tick'), ms: fc.constantFrom(1, 20, 60, 400, 3_000) }) },
  { weight: 16, arbitrary: fc.record({ do: fc.constantFrom('turn', 'turn', 'turn', 'rest') }) },
);

/** Sequences of steps; their callers close at the end, waiting for what is open or not. */
export const sequences = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 12, size: 'max' }),
  drainMs: fc.constantFrom(0, 100),
  jitter: fc.double({ min: 0, max: 0.99, noNaN: true }),
});

/** A sequence as it was made. */
export type Sequence = typeof sequences extends fc.Arbitrary<infer Made> ? Made : never;
