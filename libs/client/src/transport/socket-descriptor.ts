import type { Duplex } from 'node:stream';

/** The file descriptor of an open socket; -1 where it is closed, or no socket. Node has no public way to it. */
export function descriptorOf(stream: Duplex): number {
  return (stream as { _handle?: { fd?: number } | null })._handle?.fd ?? -1;
}
