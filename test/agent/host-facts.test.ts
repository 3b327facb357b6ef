import { spawnSync } from 'node:child_process';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../house/source-tree.ts';

t.test('it prints what machine this is, and ends', t => {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'src/agent/host-facts.ts')], { encoding: 'utf8' });
  t.equal(status, 0);
  const facts = JSON.parse(stdout) as Record<string, unknown>;
  t.equal(facts['memoryBytes'], totalmem());
  t.match(facts, { kernel: /^\d+\./, arch: process.arch, cpus: Number });
  for (const name of ['os', 'machine', 'processor']) t.match(facts[name], /^[ -~]{0,128}$/, name);
  t.end();
});
