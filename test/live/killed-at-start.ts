import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import { startProgram } from '../aggregator/program.ts';
import { sampleFull, temporaryDirectory } from '../aggregator/sample.ts';
import { root } from '../house/source-tree.ts';
import { until } from '../house/until.ts';

t.setTimeout(290_000);

/** Starts the program and kills it with -9 so long after its database's file was made. */
const killWhileItStarts = async (dataDir: string, afterMs: number): Promise<void> => {
  const command = [join(root, 'src/main.ts'), 'aggregator', '--listen=127.0.0.1:0', `--data-dir=${dataDir}`];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...command], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  await until('the file', () => existsSync(join(dataDir, 'pullpath.db')), { every: 1 });
  await pause(afterMs);
  child.kill('SIGKILL');
  await gone;
};

const post = async (port: number, name: string): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify(sampleFull({ name }));
  return (await fetch(`http://127.0.0.1:${port}/v1/reports`, { method: 'POST', headers, body })).status;
};

t.test(
  'killed with -9 while it makes its database, and while it opens it: it starts, and holds what it held',
  async t => {
    for (const afterMs of [0, 1, 3, 8, 20, 60]) {
      const dataDir = temporaryDirectory(t);
      await killWhileItStarts(dataDir, afterMs);
      const first = await startProgram(['--listen=127.0.0.1:0', `--data-dir=${dataDir}`]);
      t.equal(await post(first.port, 'a'), 202, `killed ${afterMs} ms after it began`);
      const gone = once(first.child, 'exit');
      first.child.kill('SIGKILL');
      await gone;
      await killWhileItStarts(dataDir, afterMs * 10);
      const second = await startProgram(['--listen=127.0.0.1:0', `--data-dir=${dataDir}`]);
      t.equal(await post(second.port, 'a'), 200, 'what was acknowledged is there');
      t.equal(await post(second.port, 'b'), 202);
      second.child.kill('SIGKILL');
    }
  },
);
