import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ComponentRuntime } from './component-runtime';

/** A runtime in a pixl-server of nothing but a config and a clock. */
function open() {
  const directory = mkdtempSync('/tmp/ipc-');
  const path = join(directory, 's');
  const config: Record<string, unknown> = { socket_path: path, exit_timeout: 100 };
  const clock = Object.assign(new EventEmitter(), { config: { get: () => undefined } });
  const errors: string[] = [];
  const runtime = new ComponentRuntime({
    server: clock,
    config: { get: () => config },
    defaultConfig: null,
    logDebug: () => undefined,
    logError: (code, message) => void errors.push(`${code}: ${message}`),
  });
  onTestFinished(async () => {
    await runtime.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    runtime,
    path,
    config,
    errors,
    start: () => runtime.start(() => undefined),
    reload: () => runtime.reload(() => undefined),
    files: () => readdirSync(directory),
    ticks: (event = 'minute') => clock.listenerCount(event),
  };
}

async function accepts(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe('a stop that is asked for while the start is under way', () => {
  it('follows it: no socket and no tick are left when it is done', async () => {
    const { runtime, path, errors, start, files, ticks } = open();
    const starting = start();
    await runtime.stop();
    expect(await accepts(path)).toBe(false);
    await starting;
    expect([files(), ticks(), errors]).toEqual([[], 0, []]);
  });

  it('is over where the start fails, whose error says why', async () => {
    const { runtime, path, errors, start, files, ticks } = open();
    writeFileSync(path, 'precious');
    const starting = start().catch((error: unknown) => error);
    await runtime.stop();
    expect(await starting).toMatchObject({ code: 'not_a_socket' });
    expect([files(), ticks(), errors]).toEqual([['s'], 0, [expect.stringMatching(/^not_a_socket: /)]]);
  });

  it('leaves the way free for another start', async () => {
    const { runtime, path, start, ticks } = open();
    await Promise.all([start(), runtime.stop()]);
    await start();
    expect([await accepts(path), ticks()]).toEqual([true, 1]);
  });
});

describe('a reload of the config while the start is under way', () => {
  it('is in force when it is done', async () => {
    const { runtime, config, start, reload, ticks } = open();
    const starting = start();
    config.log_stats_interval = 'hour';
    reload();
    await starting;
    expect([ticks('minute'), ticks('hour'), runtime.server?.path]).toEqual([0, 1, config.socket_path]);
  });
});

describe('a second start', () => {
  it.each([
    ['while the first is under way', false],
    ['after it', true],
  ])('%s is refused and harms nothing', async (_when, waits) => {
    const { path, errors, start, ticks } = open();
    const first = start();
    if (waits) await first;
    await expect(start()).rejects.toMatchObject({ code: 'already_running' });
    await first;
    expect([await accepts(path), ticks()]).toEqual([true, 1]);
    expect(errors).toEqual(['already_running: startup() was called before; call shutdown() first']);
  });

  it('works where the first has failed, or was stopped', async () => {
    const { runtime, path, start } = open();
    writeFileSync(path, 'precious');
    await expect(start()).rejects.toMatchObject({ code: 'not_a_socket' });
    expect(runtime.server).toBeUndefined();
    rmSync(path);
    for (let round = 0; round < 2; round++) {
      await start();
      expect(await accepts(path)).toBe(true);
      await runtime.stop();
      expect(await accepts(path)).toBe(false);
    }
  });
});
