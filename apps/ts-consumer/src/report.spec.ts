import { expect, test } from 'vitest';
import { fakeIpcDaemon } from './ipc-daemon-client/fake.js';
import { report } from './report.js';

const load = (lastMinute: number) => ({
  loadAverage: [lastMinute, 0.5, 0.25],
  freeBytes: 3 * 2 ** 20,
  uptimeSeconds: 120,
});

test('greets, and tells how busy the host is for as long as the daemon says', async () => {
  const daemon = fakeIpcDaemon({
    greetings: { hello: ({ name }) => ({ hello: name ?? 'nobody' }) },
    host: { load: () => load(0), watch: () => [load(1), load(2)] },
  });
  const lines: string[] = [];
  for await (const line of report(daemon, 'Grace')) lines.push(line);
  expect(lines).toEqual(['hello, Grace', 'up for 2 minutes, 3 MiB free', 'load 1.00 0.50 0.25', 'load 2.00 0.50 0.25']);
});

test('ends where a call fails', async () => {
  await expect(report(fakeIpcDaemon(), 'Grace').next()).rejects.toMatchObject({ code: 'no_handler_found' });
});
