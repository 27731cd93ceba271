/** No daemon, no cloud, no terminal interface, no plugin processes: nothing of Nx outlives the command. */
const QUIET_NX = {
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_ISOLATE_PLUGINS: 'false',
  // Plain child processes instead of pseudo-terminals: the same signals and output with a terminal as without one.
  NX_NATIVE_COMMAND_RUNNER: 'false',
  // The native binding is loaded where npm put it, not from a copy in the machine's temp folder.
  NX_SKIP_NATIVE_FILE_CACHE: 'true',
};

/**
 * An Nx command line, with an environment in which it neither asks nor leaves anything running.
 *
 * @param {...string} args
 * @returns {import('./processes/command-runner.mjs').Command}
 */
export function nx(...args) {
  return { file: 'node_modules/.bin/nx', args, env: QUIET_NX };
}
