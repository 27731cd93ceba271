import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { createCommandRunner } from './command-runner.mjs';

const WRAPPER = fileURLToPath(new URL('./fixtures/run-and-wait.mjs', import.meta.url));

/** Starts a wrapper around `script`; `said` resolves when the script has printed `text`. */
function startWrapper(script: string, patienceMs = 0) {
  const wrapper = spawn(process.execPath, [WRAPPER, script, String(patienceMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  wrapper.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(wrapper, 'close').then(([code]: unknown[]) => ({ code, output }));
  const said = async (text: string) => {
    while (!output.includes(text)) await once(wrapper.stdout, 'data');
    return output;
  };
  return { wrapper, ended, said };
}

/** A process that has ended may stay in the table until its parent, in a container often nobody, asks for its status. */
function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

describe('createCommandRunner', () => {
  it.each([
    ['the status it exits with', 'process.exit(3)', 3],
    ['128 + the signal that ends it', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)', 137],
  ])('reports a command by %s', async (_, script, status) => {
    const runner = createCommandRunner({ cwd: process.cwd() });
    try {
      expect(await runner.run({ file: process.execPath, args: ['--eval', script] })).toBe(status);
    } finally {
      runner.dispose();
    }
  });

  it('reports a command that does not exist by 127, and says which', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const runner = createCommandRunner({ cwd: process.cwd() });
    try {
      expect(await runner.run({ file: './no-such-command', args: [] })).toBe(127);
      expect(said).toHaveBeenCalledWith(expect.stringContaining('no-such-command'));
    } finally {
      runner.dispose();
      said.mockRestore();
    }
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on once, waits for the command and takes over its exit status',
    async (signal) => {
      const { wrapper, ended, said } = startWrapper(`
        let signals = 0;
        process.on('${signal}', () => {
          if (++signals === 1) setTimeout(() => { console.log('signals: ' + signals); process.exit(42) }, 300);
        });
        setInterval(() => {}, 1000);
        console.log('ready');
      `);
      await said('ready');
      wrapper.kill(signal);
      // npm passes on what the terminal sends too: the wrapper sees both.
      wrapper.kill(signal);
      expect(await ended).toEqual({ code: 42, output: 'ready\nsignals: 1\n' });
    },
  );

  it('leaves no process behind, even one in a session of its own that ignores being asked', async () => {
    const deaf = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('deaf ' + process.pid + '.')`;
    const { ended, said } = startWrapper(`
      const { spawn } = require('child_process');
      const child = spawn(process.execPath, ['--eval', ${JSON.stringify(deaf)}], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.once('data', (text) => { process.stdout.write(text, () => process.exit(0)) });
    `);
    const pid = Number(/deaf (\d+)\./.exec(await said('.'))?.[1]);
    expect((await ended).output).toContain('ended 1');
    expect(pid).toBeGreaterThan(0);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('lets what the command left behind finish within its patience', async () => {
    const slow = `setTimeout(() => {}, 300)`;
    const { ended } = startWrapper(
      `require('child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(slow)}], { detached: true, stdio: 'ignore' }).unref()`,
      8_000,
    );
    expect(await ended).toEqual({ code: 0, output: '' });
  });
});
