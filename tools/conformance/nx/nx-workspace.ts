import { tempDirectory, type TempDirectory } from '@pixl-ipc/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { nxEnvironment } from './nx-environment';
import { Served } from './served';

const ROOT = resolve(__dirname, '../../..');
const PACKAGES = ['protocol', 'credentials', 'contract', 'server', 'client', 'component'];
/** How a command ended. */
export interface CommandResult {
  readonly status: number | null;
  /** Standard output and error. */
  readonly output: string;
}

/** An Nx workspace outside of the repository, with the packed packages installed: what a user of the registry has. */
export class NxWorkspace implements AsyncDisposable {
  readonly #directory: TempDirectory;

  private constructor(directory: TempDirectory) {
    this.#directory = directory;
  }

  /**
   * An empty workspace, committed to git. Needs the packages built, and a registry.
   *
   * @param packages What is installed beside ours, as npm takes it.
   */
  static async create(packages: readonly string[]): Promise<NxWorkspace> {
    const workspace = new NxWorkspace(await tempDirectory());
    try {
      await workspace.#fill(packages);
      return workspace;
    } catch (error) {
      await workspace[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #fill(packages: readonly string[]): Promise<void> {
    const tarballs = this.path('../tarballs');
    mkdirSync(tarballs);
    const folders = [...PACKAGES.map((name) => `./libs/${name}`), './generators'];
    await run('npm', ['pack', '--silent', '--pack-destination', tarballs, ...folders], ROOT);
    this.write({
      'package.json': { name: '@acme/source', version: '0.0.0', private: true },
      'nx.json': { analytics: false, neverConnectToCloud: true },
      '.gitignore': 'node_modules\n.nx\ndist\nvendor\ncomposer.lock\n',
    });
    // Every tarball in one command: each needs the others, which no registry has.
    const files = readdirSync(tarballs).map((name) => join('../tarballs', name));
    const flags = ['--save-dev', '--save-exact', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    await run('npm', ['install', ...flags, ...packages, ...files], this.root);
    await this.git('init', '-q', '-b', 'main');
    await this.commit('the beginning');
  }

  get root(): string {
    return this.path('.');
  }

  path(file: string): string {
    return join(this.#directory.path, 'ws', file);
  }

  /** The PHP package of the repository, seen from the workspace. */
  get phpPackage(): string {
    return relative(this.root, join(ROOT, 'php'));
  }

  /** Files by path; what is no text is written as JSON. */
  write(files: Readonly<Record<string, unknown>>): void {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(this.path(name)), { recursive: true });
      writeFileSync(this.path(name), typeof content === 'string' ? content : JSON.stringify(content));
    }
  }

  read(file: string): string {
    return readFileSync(this.path(file), 'utf8');
  }

  exists(file: string): boolean {
    return existsSync(this.path(file));
  }

  edit(file: string, from: string, to: string): void {
    const before = this.read(file);
    if (!before.includes(from)) throw new Error(`${file} does not hold ${JSON.stringify(from)}`);
    this.write({ [file]: before.replace(from, to) });
  }

  /** Runs nx in a folder of the workspace, whether it succeeds or not. */
  tryNx(args: readonly string[], folder = '.'): Promise<CommandResult> {
    return tryRun(process.execPath, [this.path('node_modules/nx/dist/bin/nx.js'), ...args], this.path(folder));
  }

  /**
   * Runs nx in a folder of the workspace.
   *
   * @returns what it prints
   * @throws Error with what it prints, if it fails
   */
  async nx(args: readonly string[], folder = '.'): Promise<string> {
    return expectSuccess(`nx ${args.join(' ')}`, await this.tryNx(args, folder));
  }

  /** Runs another program in the workspace. */
  run(program: string, ...args: readonly string[]): Promise<string> {
    return run(program, args, this.root);
  }

  git(...args: readonly string[]): Promise<string> {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
    return run('git', [...identity, ...args], this.root);
  }

  async commit(message: string): Promise<void> {
    await this.git('add', '-A');
    await this.git('commit', '-q', '-m', message);
  }

  /** The files that differ from what is committed. */
  async changed(): Promise<string[]> {
    const lines = await this.git('status', '--porcelain', '--untracked-files=all');
    return lines
      .split('\n')
      .filter(Boolean)
      .map((line) => line.slice(3));
  }

  /** Runs `nx serve` until the daemon accepts at its socket. */
  serve(project: string, socket: string): Promise<Served> {
    return Served.start({ root: this.root, project, socket: this.path(socket), env: nxEnvironment() });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory.cleanup();
  }
}

async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return expectSuccess(`${program} ${args.join(' ')}`, await tryRun(program, args, cwd));
}

function expectSuccess(command: string, { status, output }: CommandResult): string {
  if (status === 0) return output;
  throw new Error(`${command} ended with ${String(status)}:\n${output}`);
}

async function tryRun(program: string, args: readonly string[], cwd: string): Promise<CommandResult> {
  const child = spawn(program, args, { cwd, env: nxEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [[status], stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { status, output: stdout + stderr };
}
