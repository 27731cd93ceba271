// A copy of libs/contract/src/extract/extraction-process.ts: what Nx loads may import no library of this workspace. A test holds both equal.
import { spawn, type ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** How the extraction is run. */
export interface ExtractionProcess {
  readonly cwd: string;
  /** For Node.js. */
  readonly args: readonly string[];
  /** For its standard input. */
  readonly input: string;
  readonly timeoutMs: number;
}

/** Far more than any document, far less than memory. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** As much of what a failing process printed as a person reads. */
const MAX_STDERR_CHARS = 4_000;
/** What a contract may know of the machine. With the rest, the document could depend on who runs it. */
const ENVIRONMENT = ['PATH', 'HOME', 'TMPDIR'];

/** What came of it. */
export interface ExtractionEnd {
  /** What the process wrote to file descriptor 3. */
  readonly output: string;
  /** Why there is no result in it, if there is none, and what to do. */
  readonly reason: string;
  readonly remedy: string;
}

/** Runs the extraction. When this settles, the process and all that it started in its group have ended. */
export async function runExtraction({ cwd, args, input, timeoutMs }: ExtractionProcess): Promise<ExtractionEnd> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]])),
    // A group of its own, so that what it starts ends with it.
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  const end = () => {
    endGroup(child);
  };
  process.once('exit', end);
  try {
    return await endOf(child, input, timeoutMs);
  } finally {
    process.off('exit', end);
    end();
  }
}

function endOf(child: ChildProcess, input: string, timeoutMs: number): Promise<ExtractionEnd> {
  const [stdin, , stderr, output] = child.stdio as unknown as [Writable, null, Readable, Readable];
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let printed = '';
    let exit: string | undefined;
    const settle = (reason: string, remedy: string) => {
      clearTimeout(timer);
      resolve({ output: Buffer.concat(chunks).toString('utf8'), reason, remedy });
    };
    const timer = setTimeout(() => {
      settle(`took longer than ${timeoutMs} ms to be read`, 'let it declare an endpoint and wait for nothing');
    }, timeoutMs);
    const settleAtEnd = () => {
      if (exit === undefined || !output.closed) return;
      const reason = `waits for what does not come, or ended the process (${exit}): ${printed.trim()}`;
      settle(reason, 'let it declare an endpoint and do nothing else');
    };
    output.on('close', settleAtEnd).on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
      else settle(`the document is larger than ${MAX_OUTPUT_BYTES} bytes`, 'split the daemon into several');
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      printed = `${printed}${text}`.slice(-MAX_STDERR_CHARS);
    });
    // A process that ends before it has read everything is told of by its end.
    stdin.on('error', () => undefined).end(input);
    child.on('error', ({ message }) => {
      settle(`Node.js does not start: ${message}`, 'check that the working directory is there');
    });
    child.on('exit', (code, signal) => {
      exit = signal ?? `exit code ${String(code)}`;
      settleAtEnd();
    });
  });
}

/** Ends a process and all that it started in its group: what detached itself is out of reach. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of them have ended by themselves.
  }
}
