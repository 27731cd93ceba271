import { createServer, handle, type Server } from '@pixl-ipc/server';
import { SHAPES } from './shapes';

const [echo, watch, times, list, scalar, listClass, ping] = SHAPES;
/** What `/shapes/times` gives before it refuses. */
export const TIMES: readonly (readonly string[])[] = [['2026-01-01T00:00:00.000Z'], []];

/** What a stream was told: how many items it gave, and whether its caller left. */
export interface StreamsTaken {
  given: number;
  left: number;
}

/** A daemon that serves {@link SHAPES} at a socket: it gives back what it is given. */
export async function startShapesDaemon(socketPath: string): Promise<{ server: Server; streams: StreamsTaken }> {
  const streams: StreamsTaken = { given: 0, left: 0 };
  const server = createServer({
    socketPath,
    endpoints: [
      handle(echo, (input) => {
        if (input.text === 'refuse') throw new echo.errors.refused({ reason: 'asked to', at: input.at }, 'not today');
        if (input.text === 'plain') throw new echo.errors.plain(null);
        return input;
      }),
      handle(watch, async function* ({ from }) {
        let isOver = false;
        try {
          for (let radius = from; radius < from + 3; radius++) {
            streams.given++;
            yield await Promise.resolve({ kind: 'circle' as const, radius: radius + 0.5 });
          }
          isOver = true;
        } finally {
          if (!isOver) streams.left++;
        }
      }),
      handle(times, async function* () {
        for (const some of TIMES) yield await Promise.resolve([...some]);
        throw new times.errors.refused({ reason: 'no more', at: '2026-01-01T00:00:00.000Z' });
      }),
      handle(list, ({ of = ['none'] }) => of),
      handle(scalar, ({ value }) => value ?? null),
      handle(listClass, (input) => input),
      handle(ping, () => null),
    ],
  });
  await server.listen();
  return { server, streams };
}
