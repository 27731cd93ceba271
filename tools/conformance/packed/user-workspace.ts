import type { TempDirectory } from '@pixl-ipc/testkit';
import { tempDirectory } from '@pixl-ipc/testkit';
import { build } from 'esbuild';
import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { snippet } from './snippets';

const run = promisify(execFile);
const ROOT = resolve(__dirname, '../../..');
const MANIFEST = JSON.stringify({ name: 'user', version: '1.0.0', private: true });

/** What a program printed and how it ended. */
export interface ProgramResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder outside the repository with our packages in it: what a user's project is. */
export class UserWorkspace implements AsyncDisposable {
  readonly #directory: TempDirectory;

  private constructor(directory: TempDirectory) {
    this.#directory = directory;
  }

  /** With our built packages, and everything that the repository has installed, linked. */
  static async linked(): Promise<UserWorkspace> {
    const workspace = new UserWorkspace(await tempDirectory());
    await symlink(join(ROOT, 'node_modules'), join(workspace.path, 'node_modules'));
    await workspace.write('package.json', MANIFEST);
    return workspace;
  }

  /**
   * With our packages packed and installed by the commands that the README gives. Needs them built, and a registry.
   *
   * @throws the output of npm
   */
  static async installed(): Promise<UserWorkspace> {
    const workspace = new UserWorkspace(await tempDirectory());
    const [, pack = '', install = ''] = (await snippet('README.md', 'npm pack')).split('\n');
    const tarballs = join(workspace.path, 'tarballs');
    await mkdir(tarballs);
    await workspace.write('package.json', MANIFEST);
    const quiet = { ...process.env, npm_config_loglevel: 'error', npm_config_audit: 'false', npm_config_fund: 'false' };
    for (const [line, cwd] of [
      [pack, ROOT],
      [install, workspace.path],
    ] as const) {
      await run('sh', ['-c', line.replace('/tmp', tarballs)], { cwd, env: quiet });
    }
    return workspace;
  }

  get path(): string {
    return this.#directory.path;
  }

  /** Names of all packages that were installed. */
  async packages(): Promise<string[]> {
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
   * Makes a `.js` of each `.ts` file, beside it, as tsx would at each start of a program.
   *
   * @param files Paths seen from here.
   */
  async compile(files: readonly string[]): Promise<void> {
    await build({
      absWorkingDir: this.path,
      entryPoints: [...files],
      outdir: '.',
      outbase: '.',
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      logLevel: 'silent',
    });
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
