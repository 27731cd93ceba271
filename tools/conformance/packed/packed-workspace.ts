import type { TempDirectory } from '@pixl-ipc/testkit';
import { tempDirectory } from '@pixl-ipc/testkit';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = resolve(__dirname, '../../..');

/** What a program printed and how it ended. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** What a daemon and its clients need at run time, and what they may add. */
const RUNTIME = [
  'libs/protocol',
  'libs/credentials',
  'libs/contract',
  'libs/server',
  'libs/client',
  'libs/component',
  'libs/opentelemetry',
  'generators',
];

/** A folder outside the repository with the packed packages installed: what a user of the registry would have. */
export class PackedWorkspace implements AsyncDisposable {
  readonly #directory: TempDirectory;

  private constructor(directory: TempDirectory) {
    this.#directory = directory;
  }

  /**
   * Packs our packages and installs them in one command. Needs them built, and a registry.
   *
   * @param extra Further packages, and flags of `npm install`.
   * @param folders Of our packages.
   */
  static async create(extra: readonly string[] = [], folders: readonly string[] = RUNTIME): Promise<PackedWorkspace> {
    const directory = await tempDirectory();
    const workspace = new PackedWorkspace(directory);
    const tarballs = directory.file('tarballs');
    await mkdir(tarballs);
    await run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...folders.map((folder) => `./${folder}`)], {
      cwd: ROOT,
    });
    const files = (await readdir(tarballs)).map((file) => join(tarballs, file));
    await workspace.write('package.json', JSON.stringify({ name: 'user', version: '1.0.0', private: true }));
    await run('npm', ['install', '--silent', '--no-audit', '--no-fund', ...files, ...extra], { cwd: directory.path });
    return workspace;
  }

  get path(): string {
    return this.#directory.path;
  }

  /** Names of all installed packages. */
  async installed(): Promise<string[]> {
    const lock = JSON.parse(await readFile(join(this.path, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    return Object.keys(lock.packages).map((path) => path.replace(/^.*node_modules\//, ''));
  }

  async write(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.path, name)), { recursive: true });
    await writeFile(join(this.path, name), text);
  }

  /** Runs Node here. Rejects with what it printed where it fails. */
  node(...args: readonly string[]): Promise<ProgramResult> {
    return run(process.execPath, args, { cwd: this.path, timeout: 30_000 });
  }

  /**
   * Type-checks files here as a strict project would. Rejects with the compiler's report.
   *
   * @param options.libraries Whether the types of all installed packages are checked as well: ours always should, but
   * those of some schema libraries take a minute.
   */
  typecheck(files: readonly string[], { libraries = true } = {}): Promise<ProgramResult> {
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--skipLibCheck', String(!libraries)];
    const types = ['--typeRoots', join(ROOT, 'node_modules/@types'), '--types', 'node'];
    const target = ['--module', 'nodenext', '--target', 'es2023'];
    return run(process.execPath, [compiler, ...strict, ...types, ...target, ...files], { cwd: this.path });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory.cleanup();
  }
}
