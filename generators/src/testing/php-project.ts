import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { GeneratedFile } from '../emit/generate-client';

const run = promisify(execFile);
/** The Composer package, and the tools that its own checks are made with. */
const LIBRARY = join(__dirname, '../../../php');
const SETTINGS = ['zend.assertions=1', 'assert.exception=1', 'display_errors=stderr'].map((setting) => `-d${setting}`);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** A PHP project in a folder that exists, with the namespace `App` in `src`. */
export class PhpProject {
  constructor(readonly path: string) {}

  /** @param folder Where the files belong, seen from `src`. */
  async write(files: readonly GeneratedFile[], folder: string): Promise<void> {
    await this.#file('autoload.php', AUTOLOAD);
    for (const { path, content } of files) await this.#file(join('src', folder, path), content);
  }

  /** Runs a program of the project and gives what it prints. @throws Error with what it printed, if it fails */
  async run(program: string, ...args: string[]): Promise<string> {
    return output('php', [...SETTINGS, join(this.path, program), ...args]);
  }

  /** Loads every class. @throws Error naming the file, if one is no PHP or declares what another does */
  async load(): Promise<void> {
    await this.#file('load.php', LOAD);
    await this.run('load.php');
  }

  /**
   * Analyses every class as strictly as can be, and the programs beside.
   *
   * @throws Error with what is found
   */
  async analyse(...programs: string[]): Promise<void> {
    const config = join(this.path, 'phpstan.neon');
    await this.#file('phpstan.neon', phpstan(this.path, programs));
    await output(join(LIBRARY, 'vendor/bin/phpstan'), ['analyse', '-c', config, '--no-progress', '--memory-limit=1G']);
  }

  /**
   * @param folders Where the files are, seen from `src`.
   * @throws Error with the difference, if a file is not in the style of PER
   */
  async checkStyle(...folders: string[]): Promise<void> {
    const config = join(this.path, 'style.php');
    await this.#file('style.php', style(folders));
    await output(join(LIBRARY, 'vendor/bin/php-cs-fixer'), [
      'check',
      '--config',
      config,
      '--diff',
      '--show-progress=none',
    ]);
  }

  async #file(path: string, content: string): Promise<void> {
    const file = join(this.path, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}

async function output(file: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(file, args, { maxBuffer: MAX_OUTPUT_BYTES })).stdout;
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
    throw new Error(`${stdout}\n${stderr}`, { cause: error });
  }
}

const AUTOLOAD = `<?php
declare(strict_types=1);
require ${JSON.stringify(join(LIBRARY, 'autoload.php'))};
spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/src/' . strtr(substr($class, strlen('App\\\\')), '\\\\', '/') . '.php';
    if (str_starts_with($class, 'App\\\\') && is_file($file)) {
        require $file;
    }
});
`;

const LOAD = `<?php
declare(strict_types=1);
require __DIR__ . '/autoload.php';
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/src')) as $file) {
    if ($file->isFile()) {
        require_once $file->getPathname();
    }
}
`;

/** The rules of the Composer package itself. */
function style(folders: readonly string[]): string {
  const paths = folders.map((folder) => `__DIR__ . '/src/${folder}'`).join(', ');
  return `<?php
return (require ${JSON.stringify(join(LIBRARY, '.php-cs-fixer.php'))})
    ->setUsingCache(false)
    ->setFinder(PhpCsFixer\\Finder::create()->in([${paths}]));
`;
}

function phpstan(project: string, programs: readonly string[]): string {
  return `includes:
  - ${join(LIBRARY, 'vendor/phpstan/phpstan-strict-rules/rules.neon')}
parameters:
  level: max
  paths: [${['src', ...programs].map((path) => JSON.stringify(path)).join(', ')}]
  bootstrapFiles: [autoload.php]
  scanDirectories: [${JSON.stringify(join(LIBRARY, 'src'))}]
  tmpDir: ${join(project, '.phpstan')}
  exceptions:
    uncheckedExceptionClasses: [LogicException]
    check:
      missingCheckedExceptionInThrows: true
      tooWideThrowType: true
${programs.length === 0 ? '' : ignored(programs)}`;
}

/** What a program lets fly ends it. */
function ignored(programs: readonly string[]): string {
  return `  ignoreErrors:
    - identifier: missingType.checkedException
      paths: [${programs.join(', ')}]
      reportUnmatched: false
`;
}
