import { FixtureProcess } from '@pixl-ipc/testkit';
import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';

const FIXTURES = join(__dirname, 'fixtures');

/** Starts a PHP file of the fixtures, which speaks as the testkit's fixtures do, and resolves when it is ready. */
export async function spawnPhp(file: string, ...args: string[]): Promise<FixtureProcess> {
  const child = spawn('php', [join(FIXTURES, file), ...args], { stdio: 'pipe' });
  const fixture = new FixtureProcess(child, basename(file));
  try {
    await fixture.ready(20_000);
    return fixture;
  } catch (error) {
    await fixture.stop('SIGKILL');
    throw error;
  }
}
