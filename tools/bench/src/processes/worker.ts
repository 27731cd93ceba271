import { createInterface } from 'node:readline';
import type { Answer, Question } from './question';

/** What a parent may ask of its process, by name. */
export type Commands = Readonly<Record<string, (argument: never) => unknown>>;

/**
 * Called in a process of the bench: says that it is ready, answers one question after the other, and runs `onEnd` when
 * its parent closes stdin or is gone.
 */
export function answerQuestions(commands: Commands, onEnd: () => Promise<void>): void {
  const print = (answer: Answer): void => {
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  };
  const answer = async (line: string): Promise<void> => {
    const { command, argument } = JSON.parse(line) as Question;
    try {
      const run = commands[command] as ((argument: unknown) => unknown) | undefined;
      if (!run) throw new Error(`no command is called ${command}`);
      print({ value: (await run(argument)) ?? null });
    } catch (error) {
      print({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  };
  createInterface(process.stdin)
    .on('line', (line) => void answer(line))
    .on('close', () => {
      void onEnd().finally(() => process.exit());
    });
  print({ value: null });
}
