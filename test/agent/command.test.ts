import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { root } from '../house/source-tree.ts';
import { journalFromExport } from '../lab/journald.ts';
import { startDaemon, waitFor, type Daemon } from '../lab/process.ts';
import { temporaryDirectory } from './fixture.ts';
import { until } from '../house/until.ts';
import { startSink, taken, type Sink } from './sink.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

const recording = join(root, 'test/recording/kubelet-1.36.2-containerd-2.1.9.journal.export.gz');

const startProcess = (directory: string, sink: Sink, more: string[] = []): Daemon =>
  startDaemon([
    ...[process.execPath, join(root, 'src/main.ts'), 'agent', `--aggregator-url=${sink.url.href}`],
    ...['--listen=127.0.0.1:0', '--cri-socket=/nowhere.sock', '--heartbeat=1s'],
    ...[`--journal-dir=${directory}`, `--data-dir=${directory}/data`, ...more],
  ]);

t.test('killed again and again, it loses nothing, sends nothing twice and numbers on', async t => {
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  await journalFromExport(recording, join(path, 'recorded.journal'));
  // The aggregator is slow and now and then away, so that kills meet reports at every stage.
  const sink = await startSink(count => (count % 3 === 1 ? { status: 503 } : taken));
  t.teardown(sink.close);
  // Each life is longer by a request, but for the first, which ends as soon as there is a folder.
  for (const more of [0, 1, 2, 3]) {
    const daemon = startProcess(path, sink);
    const before = sink.requests.length;
    const lived = (): boolean => existsSync(join(path, 'data')) && sink.requests.length >= before + more;
    await waitFor(`${more} requests`, lived, { daemon });
    daemon.child.kill('SIGKILL');
    await waitFor('the end', () => daemon.ended() !== null);
  }
  const last = startProcess(path, sink);
  t.teardown(() => last.stop());
  const lastFull = () => sink.stored.findLast(report => report.kind === 'full');
  const attempts = (): Record<string, number> =>
    Object.fromEntries(lastFull()?.pulls.map(pull => [pull.pod, pull.attempts]) ?? []);
  await until(
    'all pods and attempts',
    () => Object.keys(attempts()).length === 24 && (attempts()['dropped'] ?? 0) >= 3,
  );
  const stored = sink.stored.map(report => report.seq);
  t.same(
    [...stored].sort((a, b) => a - b),
    stored,
    'in order',
  );
  // As many ErrImagePull lines as the recording has of these pods: no line was counted twice.
  t.match(attempts(), { 'tag-missing': 4, 'auth-none': 4, dropped: 3, short: 4 });
  // What the others sent may be all there is: this one must have come as far as minding signals.
  await waitFor('its start', () => last.output().includes('agent started'));
  last.child.kill('SIGTERM');
  await waitFor('its end', () => last.ended() !== null);
  t.equal(last.ended(), 0, 'SIGTERM ends it with 0');
});

t.test('a bad option is one line naming it, and ends with 2', async t => {
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  const sink = await startSink(() => taken);
  t.teardown(sink.close);
  const daemon = startProcess(path, sink, ['--retry=maybe']);
  await waitFor('the end', () => daemon.ended() !== null);
  t.equal(daemon.ended(), 2);
  t.match(daemon.output(), /^pullpath agent: --retry: "maybe" is not allowed.*\[option-invalid\]\n$/);
  const unusable = startProcess(path, sink, ['--data-dir=/proc/nowhere']);
  await waitFor('the end', () => unusable.ended() !== null);
  t.equal(unusable.ended(), 1);
  t.match(unusable.output(), /--data-dir \/proc\/nowhere.*\[data-dir-unusable\]/);
});
