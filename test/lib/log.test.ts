import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';

/** What a program prints that logs one line of each level, and then ends by force. */
const printed = (level: string): { stdout: string; lines: Record<string, unknown>[] } => {
  const module = join(import.meta.dirname, '../../src/lib/log.ts');
  const program = `import { createLog } from '${module}';
    const log = createLog('part', '${level}');
    for (const name of ['debug', 'info', 'warn', 'error']) log[name]({ fact: name }, 'message');
    process.kill(process.pid, 'SIGKILL');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  const lines = stderr.trim().split('\n');
  return { stdout, lines: lines.map(line => JSON.parse(line) as Record<string, unknown>) };
};

t.test('lines are JSON on standard error, written before the process can die', t => {
  const { stdout, lines } = printed('warn');
  t.equal(stdout, '');
  t.match(lines, [
    { component: 'part', fact: 'warn', msg: 'message', time: /^\d{4}-\d\d-\d\dT/ },
    { component: 'part', fact: 'error', msg: 'message' },
  ]);
  t.equal(lines.length, 2, 'and none below the level');
  t.equal(printed('debug').lines.length, 4);
  t.end();
});
