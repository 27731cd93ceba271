import { Server } from './server';

/** Which server is started, and what SIGTERM does. */
export interface EarlyStop {
  readonly socketPath: string;
  readonly stop: 'drain' | 'abort';
}

// As the README has it: nothing waits for the start.
process.once('message', ({ socketPath, stop }: EarlyStop) => {
  const server = new Server({ socketPath });
  void server.listen();
  process.once('SIGTERM', () => {
    void server[stop]();
    process.send?.('stopping');
  });
  process.send?.('starting');
});
process.send?.('loaded');
