import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../house/source-tree.ts';
import { messages } from './messages.ts';
import { scoreAnswers, scoreText, type Answer } from './scoring.ts';

/** Scores the program itself: `node test/corpus/score.ts [FILE]`, FILE being labelled messages, one JSON object a line. */
const [path] = process.argv.slice(2);
const labelled = messages(path);
const program = spawnSync(process.execPath, [join(root, 'src/main.ts'), 'explain', '--ndjson'], {
  input: labelled.map(({ id, text }) => `${JSON.stringify({ id, text })}\n`).join(''),
  encoding: 'utf8',
  maxBuffer: 1024 ** 3,
});
if (program.status !== 0) throw new Error(`pullpath explain ended with ${String(program.status)}: ${program.stderr}`);
const answers = program.stdout
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line) as Answer);
const score = scoreAnswers(labelled, new Map(answers.map(answer => [answer.id, answer])));
process.stdout.write(scoreText(score));
process.exitCode = score.falseAlarms.length === 0 ? 0 : 1;
