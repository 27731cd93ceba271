import { createInterface } from 'node:readline/promises';

/**
 * Asks the user to choose one of `choices`. For questions that depend on the workspace; the fixed ones stand in the
 * schemas.
 *
 * @returns undefined where nobody can be asked: under `--no-interactive`, in CI, without a terminal
 */
export async function ask(question: string, choices: readonly string[]): Promise<string | undefined> {
  if (process.env.NX_INTERACTIVE !== 'true' || !process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const list = choices.map((choice, index) => `  ${index + 1}) ${choice}`).join('\n');
    for (;;) {
      const answer = (await terminal.question(`${question}\n${list}\nNumber or name: `)).trim();
      const chosen = choices.find((choice, index) => choice === answer || String(index + 1) === answer);
      if (chosen !== undefined) return chosen;
    }
  } finally {
    terminal.close();
  }
}
