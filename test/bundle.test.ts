import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { readReport } from '../src/aggregator/reading/read-report.ts';
import { commandTable } from '../src/commands.ts';
import { sampleFinding, sampleFull } from './aggregator/sample.ts';
import { root } from './house/source-tree.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const node = (args: string[], input = ''): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', input });
const bundle = 'dist/pullpath.js';

t.test('the bundle that the image runs does what the sources do', t => {
  const folder = mkdtempSync(join(tmpdir(), 'pullpath-bundle-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const config = join(folder, 'config.yaml');
  writeFileSync(config, 'server: http://127.0.0.1:9\n');
  t.match(node(['.ci/build.js']), { status: 0, stderr: '' });
  for (const entry of commandTable) t.equal(node([bundle, entry.name, '--help']).status, 0, entry.name);
  const unreachable = node([bundle, 'nodes', `--config=${config}`]);
  t.equal(unreachable.status, 3, 'YAML is read and the aggregator asked');
  t.match(unreachable.stderr, /127\.0\.0\.1:9.*\[aggregator-unreachable\]/);
  const said = 'Failed to pull image "a/b": dial tcp 127.0.0.1:1: connect: connection refused';
  t.match(node([bundle, 'explain', '--json'], said).stdout, '"cause":"network-unreachable"');
  t.match(node([bundle, 'agent', '--data-dir=/proc/nowhere']), { status: 1, stderr: /\[data-dir-unusable\]/ });
  t.match(node([bundle, 'aggregator', '--data-dir=/proc/nowhere']), { status: 1 });
  for (const name of readdirSync(join(root, 'src/aggregator/web/page')))
    t.ok(existsSync(join(root, 'dist/page', name)), name);
  t.end();
});

t.test('the bundle’s second thread reads a report as the sources do', async t => {
  const thread = new Worker(join(root, 'dist/reading-thread.js'));
  t.teardown(() => thread.terminate());
  const body = { bytes: Buffer.from(JSON.stringify(sampleFull({}, { findings: [sampleFinding()] }))), isGzip: false };
  t.same(await once(thread, 'message'), ['ready']);
  thread.postMessage({ number: 1, body, at: 7 });
  t.same(await once(thread, 'message'), [{ number: 1, read: readReport(body, 7) }]);
});
