import type { ExecutorContext } from '@nx/devkit';
import { contractDocument, endpoint, serializeContractDocument } from '@pixl-ipc/contract';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { READS_CONTRACTS_MS, Workspace } from '../testing/workspace';
import contractExecutor from './contract/executor';
import contractCheckExecutor from './contract-check/executor';
import generateClientsExecutor from './generate-clients/executor';

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  for (const method of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((...text: unknown[]) => void printed.push(text.join(' ')));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const contract = (response: string) => `
  import { endpoint } from '@pixl-ipc/contract';
  import { z } from 'zod';
  export default endpoint('/a/b', { request: z.object({ id: z.string() }), response: z.object({ ${response} }) });`;

function workspaceWith(response: string): Workspace {
  return new Workspace({
    'orders/project.json': { name: 'orders' },
    'orders/src/endpoints/b.contract.ts': contract(response),
    'orders/src/endpoints/b.handler.ts': '',
    'web/project.json': { name: 'web' },
    'web/ipc.json': { clients: [{ daemon: 'orders', language: 'typescript', output: 'src/orders' }] },
  });
}

function contextOf(workspace: Workspace, projectName: string): ExecutorContext {
  return {
    root: workspace.root,
    cwd: workspace.root,
    isVerbose: false,
    projectName,
    projectsConfigurations: { version: 2, projects: { orders: { root: 'orders' }, web: { root: 'web' } } },
    nxJsonConfiguration: { defaultBase: 'trunk' },
    projectGraph: { nodes: {}, dependencies: {} },
  };
}

describe('the targets of a workspace', { timeout: READS_CONTRACTS_MS }, () => {
  test('write the contract document, the list, and from those the clients; twice changes nothing', async () => {
    using workspace = workspaceWith('total: z.number()');
    expect(await contractExecutor({}, contextOf(workspace, 'orders'))).toEqual({ success: true });
    expect(printed.splice(0).sort()).toEqual(['WRITE orders/ipc-contract.json', 'WRITE orders/src/endpoints/index.ts']);
    expect(await generateClientsExecutor({}, contextOf(workspace, 'web'))).toEqual({ success: true });
    expect(printed.splice(0)).toContain('WRITE web/src/orders/client.ts');
    await contractExecutor({}, contextOf(workspace, 'orders'));
    await generateClientsExecutor({}, contextOf(workspace, 'web'));
    expect(printed).toEqual(['Everything is up to date.', 'Everything is up to date.']);
    expect(readFileSync(join(workspace.root, 'web/src/orders/client.ts'), 'utf8')).toContain("'/a/b'");
  });

  test('say what to do where a document is missing, or a daemon is unknown', async () => {
    using workspace = workspaceWith('total: z.number()');
    await expect(generateClientsExecutor({}, contextOf(workspace, 'web'))).rejects.toThrow(
      'orders/ipc-contract.json is missing; run "nx sync"',
    );
    workspace.write({ 'web/ipc.json': { clients: [{ daemon: 'gone', language: 'typescript', output: 'a' }] } });
    await expect(generateClientsExecutor({}, contextOf(workspace, 'web'))).rejects.toThrow(
      'no project is called gone; correct the ipc.json',
    );
  });

  describe('hold a contract against a git base', () => {
    const documentOf = (response: z.ZodRawShape) =>
      serializeContractDocument(
        contractDocument({
          service: { name: 'orders', version: '1.0.0' },
          endpoints: [endpoint('/a/b', { request: z.object({}), response: z.object(response) })],
        }),
      );

    /** On `trunk`, and goes on from there. */
    function commitAll({ root }: Workspace): void {
      const git = (...args: string[]) =>
        execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: root });
      git('init', '-q', '-b', 'trunk');
      git('add', '-A');
      git('commit', '-q', '-m', 'base');
      git('checkout', '-q', '-b', 'work');
    }

    async function changed(response: z.ZodRawShape, options = {}): Promise<boolean> {
      const before = documentOf({ total: z.number(), note: z.string() });
      using workspace = new Workspace({ 'orders/ipc-contract.json': before });
      commitAll(workspace);
      workspace.write({ 'orders/ipc-contract.json': documentOf(response) });
      return (await contractCheckExecutor(options, contextOf(workspace, 'orders'))).success;
    }

    test('which passes what a client of the base does not notice', async () => {
      expect(await changed({ total: z.number(), note: z.string(), more: z.boolean() })).toBe(true);
      expect(printed.join('\n')).toContain('orders/ipc-contract.json breaks no client that was generated at trunk.');
    });

    test('which fails where a client of the base breaks, and says where and what to do', async () => {
      expect(await changed({ total: z.number() })).toBe(false);
      expect(printed.join('\n')).toMatch(/breaking \/a\/b#\/response.*note.*;/);
    });

    test('which passes a break that is allowed, and prints it all the same', async () => {
      expect(await changed({ total: z.number() }, { allow: ['/a/b'] })).toBe(true);
      expect(printed.join('\n')).toMatch(/breaking \/a\/b/);
    });

    describe('after the project has moved', () => {
      const before = documentOf({ total: z.number(), note: z.string() });

      /** What is checked where `orders` has the contract now, and `files` were there at the base. */
      async function moved(files: Readonly<Record<string, string>>, response: z.ZodRawShape): Promise<boolean> {
        using workspace = new Workspace(files);
        commitAll(workspace);
        workspace.write({ 'orders/ipc-contract.json': documentOf(response) });
        return (await contractCheckExecutor({}, contextOf(workspace, 'orders'))).success;
      }

      test('which fails where a client of the base breaks, and says where the contract was', async () => {
        expect(await moved({ 'old/orders/ipc-contract.json': before }, { total: z.number() })).toBe(false);
        expect(printed.join('\n')).toContain('orders/ipc-contract.json was old/orders/ipc-contract.json at trunk.');
        expect(printed.join('\n')).toMatch(/breaking \/a\/b#\/response.*note.*;/);
      });

      test('which passes a daemon that is new, beside others and files that only have such a name', async () => {
        const files = {
          'stock/ipc-contract.json': before.replace('"orders"', '"stock"'),
          'b/ipc-contract.json': 'null',
        };
        expect(await moved({ ...files, 'c/ipc-contract.json': '<<<<<<< HEAD' }, { total: z.number() })).toBe(true);
        expect(printed.join('\n')).toContain('orders/ipc-contract.json is new since trunk');
      });

      test('which fails where it could be either of two', async () => {
        const files = { 'a/ipc-contract.json': before, 'b/ipc-contract.json': before };
        await expect(moved(files, { total: z.number() })).rejects.toThrow(
          'trunk has several contract documents of orders: a/ipc-contract.json, b/ipc-contract.json; give each daemon its own name',
        );
      });
    });

    test('which fails where it would pass for ever: without git, outside of a repository, of a file that git ignores', async () => {
      using workspace = new Workspace({ 'orders/ipc-contract.json': documentOf({ total: z.number() }) });
      const check = () => contractCheckExecutor({}, contextOf(workspace, 'orders'));
      await expect(check()).rejects.toThrow(
        `${workspace.root} is in no git repository; run "git init" and commit, or leave contract-check out`,
      );
      workspace.write({ '.gitignore': 'node_modules\nipc-contract.json\n' });
      commitAll(workspace);
      await expect(check()).rejects.toThrow(
        'git ignores orders/ipc-contract.json, so that no change of it would ever be found; take it out of .gitignore and commit it',
      );
      vi.stubEnv('PATH', join(workspace.root, 'nowhere'));
      await expect(check()).rejects.toThrow('git is not installed; contract-check holds a contract against a commit');
    });

    test('which fails where there is no such base', async () => {
      vi.stubEnv('NX_BASE', 'nowhere');
      await expect(changed({ total: z.number() })).rejects.toThrow(
        'git finds no common commit of nowhere and HEAD; fetch it with its history (fetch-depth: 0 in CI), or name another with --base or NX_BASE',
      );
    });
  });
});
