import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { root } from './house/source-tree.ts';
import { startDaemon, waitFor, type Daemon } from './lab/process.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const start = (args: string[]): Daemon =>
  startDaemon([process.execPath, join(root, 'src/main.ts'), 'up', '--cri-socket=/nowhere.sock', ...args]);

t.test('up serves the node it runs on, and ends with 0 on SIGTERM', async t => {
  const dir = mkdtempSync(join(tmpdir(), 'pullpath-up-'));
  t.teardown(() => rmSync(dir, { recursive: true }));
  const daemon = start([
    `--data-dir=${dir}/data`,
    `--journal-dir=${dir}`,
    '--listen=127.0.0.1:18490',
    '--agent-listen=127.0.0.1:18491',
    '--node-name=this-node',
  ]);
  t.teardown(() => daemon.stop());
  const nodes = async (): Promise<{ name: string; status: string }[]> =>
    fetch('http://127.0.0.1:18490/v1/nodes').then(
      async response => ((await response.json()) as { items: { name: string; status: string }[] }).items,
      () => [],
    );
  await waitFor('the node', async () => (await nodes()).some(node => node.status === 'failing'), { daemon });
  t.match(await nodes(), [{ name: 'this-node', status: 'failing' }], 'a runtime that does not answer is a finding');
  await daemon.stop();
  t.equal(daemon.ended(), 0);
});

t.test('up refuses any address but loopback', async t => {
  const daemon = start(['--listen=0.0.0.0:18490']);
  await waitFor('the end', () => daemon.ended() !== null);
  t.equal(daemon.ended(), 2);
  t.match(daemon.output(), /--listen 0\.0\.0\.0: up serves loopback only.*\[option-invalid\]/);
});
