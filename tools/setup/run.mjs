// `npm start` and `npm test`: needs Node alone, sets up the rest.
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeVersionProblem } from './machine/node-version.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const command = process.argv[2];

const problem = nodeVersionProblem(
  process.versions.node,
  JSON.parse(readFileSync(root + '/package.json', 'utf8')).engines.node,
);
if (problem !== null) {
  console.error(problem);
  process.exit(1);
}
if (command !== 'start' && command !== 'test') {
  console.error('usage: node tools/setup/run.mjs start|test');
  process.exit(2);
}

process.chdir(root);
// Loaded only now: an old Node would fail on the syntax before it could be told what it lacks.
const { main } = await import('./main.mjs');
process.exitCode = await main(command, root);
