import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Where each runner leaves its report; `npm test` adds them up for its closing line. */
const REPORTS = new URL('./.cache/reports/', import.meta.url).pathname;

/**
 * One vitest configuration for every project: unit tests are `*.spec.ts`, tests of real processes and packed tarballs
 * are `*.e2e.ts` and run under `--mode e2e`, one file at a time because they measure.
 *
 * @param own what is different in this project
 */
export function projectTests(project: string, own: ViteUserConfig['test'] = {}): ViteUserConfig {
  return defineConfig(({ mode }) => {
    const e2e = mode === 'e2e';
    return {
      cacheDir: new URL(`./node_modules/.vite/${project}`, import.meta.url).pathname,
      ssr: { resolve: { conditions: ['@pixl-ipc/source', 'node', 'import', 'default'] } },
      test: {
        include: [e2e ? '**/*.e2e.ts' : '**/*.spec.ts'],
        exclude: ['**/node_modules/**', '**/dist/**'],
        passWithNoTests: false,
        fileParallelism: !e2e,
        // A process for each file would cost more than the tests in it; so no file may mock a module.
        isolate: false,
        // These end what hangs. A bound that is promised is checked by the test itself; all of a process that starts with a
        // cold cache on a busy machine takes many seconds.
        testTimeout: e2e ? 120_000 : 30_000,
        hookTimeout: e2e ? 120_000 : 30_000,
        expect: { poll: { interval: 5, timeout: 20_000 } },
        reporters: ['default', 'json'],
        outputFile: { json: `${REPORTS}${project}.${e2e ? 'e2e' : 'test'}.json` },
        ...own,
      },
    };
  }) as ViteUserConfig;
}
