import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { markedProcesses } from './marked-processes.mjs';

/**
 * @typedef {object} Command
 * @property {string} file
 * @property {string[]} args
 * @property {Record<string, string>} [env] added to this process's own
 * @property {string} [heartbeat] its name in a line every ten seconds, for a command that is silent for long
 */

/** @typedef {ReturnType<typeof createCommandRunner>} CommandRunner */

/** Holds a marker for each runner above a process: the tests of a runner may start another, as `npm start` does. */
const MARKERS = 'PIXL_IPC_SETUP_RUNS';
/** @type {NodeJS.Signals[]} */
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** npm passes a terminal's signal on, so it arrives twice; only a later one is a second wish. */
const ECHO_MS = 500;
const HEARTBEAT_MS = 10_000;
const POLL_MS = 50;
/** Between asking a leftover process to end and ending it. */
const TERM_PATIENCE_MS = 3_000;

/**
 * Runs commands one after the other, with their output on this process's own, and takes over its stop signals until
 * `dispose`. A command gets a session of its own, so that a terminal's Ctrl-C reaches it once, through here. The first
 * stop signal is passed on and the command waited for; a second one kills whatever is left.
 *
 * @param {{ cwd: string }} options
 */
export function createCommandRunner({ cwd }) {
  const marker = randomUUID();
  /** @type {import('node:child_process').ChildProcess | null} */
  let current = null;
  /** @type {{ signal: NodeJS.Signals, at: number } | null} */
  let stop = null;

  const leftovers = () => markedProcesses(marker);

  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    if (stop === null) {
      stop = { signal, at: Date.now() };
      current?.kill(signal);
    } else if (Date.now() - stop.at > ECHO_MS) {
      signalAll(leftovers(), 'SIGKILL');
    }
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);

  return {
    /**
     * @param {Command} command
     * @returns {Promise<number>} its exit status; 128 + the signal's number if one ended it; 127 if it cannot be started
     */
    async run({ file, args, env, heartbeat }) {
      if (stop !== null) return 128 + constants.signals[stop.signal];
      const child = spawn(file, args, {
        cwd,
        detached: true,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: { ...process.env, ...env, [MARKERS]: `${process.env[MARKERS] ?? ''} ${marker}` },
      });
      current = child;
      const started = Date.now();
      const beat =
        heartbeat === undefined
          ? undefined
          : setInterval(() => {
              console.log(`setup: ${heartbeat} … ${Math.round((Date.now() - started) / 1000)} s`);
            }, HEARTBEAT_MS);
      try {
        return await new Promise((resolve) => {
          child.once('error', (error) => {
            console.error(`${file} cannot be started: ${error.message}`);
            resolve(127);
          });
          child.once('exit', (code, signal) => {
            resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
          });
        });
      } finally {
        clearInterval(beat);
        current = null;
      }
    },

    /**
     * Waits for every process that the commands left behind, and ends those that stay.
     *
     * @param {{ patienceMs: number }} options how long they may take to end by themselves
     * @returns {Promise<string[]>} the command lines of those that did not
     */
    async endLeftovers({ patienceMs }) {
      if (await allGone(leftovers, patienceMs)) return [];
      const stubborn = leftovers();
      signalAll(stubborn, 'SIGTERM');
      if (!(await allGone(leftovers, TERM_PATIENCE_MS))) {
        signalAll(leftovers(), 'SIGKILL');
        await allGone(leftovers, TERM_PATIENCE_MS);
      }
      return stubborn.map(({ commandLine }) => commandLine);
    },

    /** The exit status that tells of the stop signal, null if there was none. */
    stopStatus() {
      return stop === null ? null : 128 + constants.signals[stop.signal];
    },

    /** Gives the stop signals back. */
    dispose() {
      for (const signal of STOP_SIGNALS) process.off(signal, onSignal);
    },
  };
}

/**
 * @param {() => unknown[]} living
 * @param {number} patienceMs
 */
async function allGone(living, patienceMs) {
  const end = Date.now() + patienceMs;
  while (living().length > 0) {
    if (Date.now() >= end) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/**
 * @param {import('./marked-processes.mjs').MarkedProcess[]} processes
 * @param {NodeJS.Signals} signal
 */
function signalAll(processes, signal) {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // It may have ended by itself meanwhile.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  }
}
