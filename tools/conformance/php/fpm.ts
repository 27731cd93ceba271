import { tempDirectory, until, type TempDirectory } from '@pixl-ipc/testkit';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FastCgiRequest } from './fast-cgi-request';

const PAGES = join(__dirname, 'fixtures/pages');

export interface FpmOptions {
  /** Worker processes; each runs one script after the other. */
  readonly workers: number;
  /** Settings of php.ini. */
  readonly ini?: Readonly<Record<string, string>>;
}

/** What a page's script printed, and how it ended. */
export interface PageResult {
  readonly body: string;
  /** What the script said to its error log. */
  readonly stderr: string;
}

/** A real PHP-FPM with its own directory, and the pages of the fixtures behind it. */
export class Fpm implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #directory: TempDirectory;
  #stderr = '';

  private constructor(process: ChildProcess, directory: TempDirectory) {
    this.#process = process;
    this.#directory = directory;
    process.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
  }

  static async start({ workers, ini = {} }: FpmOptions): Promise<Fpm> {
    const directory = await tempDirectory();
    const config = join(directory.path, 'fpm.conf');
    writeFileSync(config, poolConfig(directory, workers, ini));
    const asRoot = process.getuid?.() === 0 ? ['--allow-to-run-as-root'] : [];
    const child = spawn(fpmCommand(), ['--nodaemonize', '--fpm-config', config, ...asRoot], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const fpm = new Fpm(child, directory);
    await until(() => existsSync(fpm.#socket), { what: () => `php-fpm to listen; it said ${fpm.#stderr}` });
    return fpm;
  }

  get #socket(): string {
    return this.#directory.file('f');
  }

  /**
   * Begins a request for a page of the fixtures.
   *
   * @param input What the script finds as JSON in php://input.
   */
  begin(page: string, input: unknown): FastCgiRequest {
    return new FastCgiRequest(this.#socket, join(PAGES, page), JSON.stringify(input));
  }

  /** Runs a page to its end. */
  async run(page: string, input: unknown): Promise<PageResult> {
    return this.begin(page, input).result();
  }

  /** What FPM and its workers have logged: a worker that died, an error of a script. */
  log(): string {
    return readFileSync(join(this.#directory.path, 'log'), 'utf8');
  }

  /** Stops FPM and its workers, and waits for them. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) {
      const exit = once(this.#process, 'exit');
      this.#process.kill('SIGTERM');
      await exit;
    }
    await this.#directory.cleanup();
  }
}

function poolConfig(directory: TempDirectory, workers: number, ini: Readonly<Record<string, string>>): string {
  const user = process.getuid?.() === 0 ? ['user = root', 'group = root'] : [];
  return [
    '[global]',
    `error_log = ${join(directory.path, 'log')}`,
    '[pages]',
    ...user,
    `listen = ${directory.file('f')}`,
    'listen.backlog = 511',
    'pm = static',
    `pm.max_children = ${workers}`,
    'catch_workers_output = yes',
    ...Object.entries({ log_errors: '1', display_errors: '0', output_buffering: '0', ...ini }).map(
      ([name, value]) => `php_admin_value[${name}] = ${value}`,
    ),
    '',
  ].join('\n');
}

/** The FastCGI process manager of the `php` in PATH; Debian adds the version to its name. */
function fpmCommand(): string {
  const { stdout } = spawnSync('php', ['-r', 'echo PHP_MAJOR_VERSION, ".", PHP_MINOR_VERSION;'], { encoding: 'utf8' });
  const names = [`php-fpm${stdout}`, 'php-fpm'];
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`there is no ${names.join(' or ')}; install Debian's php-fpm`);
  return found;
}
