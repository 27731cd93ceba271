import type { IpcDaemon } from './ipc-daemon-client/index.js';

/**
 * Greets somebody and tells how busy the daemon's host is, line by line, as the daemon answers.
 *
 * @throws IpcError if a call fails
 */
export async function* report(daemon: IpcDaemon, name: string): AsyncGenerator<string> {
  const { hello } = await daemon.greetings.hello({ name });
  yield `hello, ${hello}`;

  const { uptimeSeconds, freeBytes } = await daemon.host.load();
  yield `up for ${Math.round(uptimeSeconds / 60)} minutes, ${Math.round(freeBytes / 2 ** 20)} MiB free`;

  for await (const { loadAverage } of daemon.host.watch({ everyMs: 100, times: 3 })) {
    yield `load ${loadAverage.map((average) => average.toFixed(2)).join(' ')}`;
  }
}
