import { readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { openFileLimit } from '../peer/open-file-limit';
import type { Exposition } from './exposition';

/** What a process costs, under the names that Prometheus' own client libraries use where they have one. */
export function writeProcessMetrics(to: Exposition): void {
  const { user, system } = process.cpuUsage();
  const memory = process.memoryUsage();
  const loop = performance.eventLoopUtilization();
  const files = openFiles();
  to.counter('process_cpu_seconds_total', 'CPU time of the process, user and system.', [[(user + system) / 1e6]])
    .gauge('process_start_time_seconds', 'When the process started, in seconds since the epoch.', [
      [performance.timeOrigin / 1000],
    ])
    .gauge('process_resident_memory_bytes', 'Memory of the process that is in RAM.', [[memory.rss]])
    .gauge('nodejs_heap_size_total_bytes', 'Heap that V8 has taken.', [[memory.heapTotal]])
    .gauge('nodejs_heap_size_used_bytes', 'Heap that V8 uses.', [[memory.heapUsed]])
    .gauge('nodejs_external_memory_bytes', 'Memory outside the heap that its objects hold.', [[memory.external]])
    .counter('nodejs_eventloop_active_seconds_total', 'Time the event loop was at work.', [[loop.active / 1000]])
    .counter('nodejs_eventloop_idle_seconds_total', 'Time the event loop waited for something to do.', [
      [loop.idle / 1000],
    ]);
  if (files === undefined) return;
  to.gauge('process_open_fds', 'Open file descriptors.', [[files]]);
  to.gauge('process_max_fds', 'Most file descriptors that may be open.', [[openFileLimit()]]);
}

/** Undefined where the platform does not say. */
function openFiles(): number | undefined {
  try {
    // One of them is the directory's own, for as long as this takes.
    return readdirSync('/proc/self/fd').length - 1;
  } catch {
    return undefined;
  }
}
