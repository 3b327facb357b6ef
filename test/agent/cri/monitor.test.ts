import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { CriMonitor, type RuntimeStatus } from '../../../src/agent/cri/monitor.ts';
import { explainText } from '../../../src/diagnose/explain.ts';
import { startBox } from '../../lab/box.ts';
import { keepLog, temporaryDirectory } from '../fixture.ts';
import { withoutRoot } from '../../house/root.ts';
import { until } from '../../house/until.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

t.test('a runtime that comes, hangs, dies and comes back is told each time', { skip: withoutRoot }, async t => {
  const box = await startBox();
  t.teardown(() => box.stop());
  const { path: hostRoot, remove } = await temporaryDirectory();
  t.teardown(remove);
  const seen: RuntimeStatus[] = [];
  const log = keepLog();
  const monitor = new CriMonitor({ hostRoot, socket: null, log, now: Date.now, onStatus: status => seen.push(status) });
  const stop = new AbortController();
  const running = monitor.run(stop.signal);
  t.teardown(async () => {
    stop.abort();
    await running;
  });
  const last = (): RuntimeStatus | undefined => seen.at(-1);

  await until('no socket', () => last()?.check.outcome === 'fail');
  t.match(last(), {
    runtime: null,
    check: { id: 'runtime.cri', code: 'cri-unavailable', facts: { grpc: 'UNAVAILABLE' }, stage: 'runtime' },
  });
  t.match(last()?.down?.message, /run\/containerd\/containerd\.sock.* code = Unavailable desc = /);
  t.equal(explainText(last()?.down?.message ?? '').cause, 'runtime-unavailable', 'a text that the rules know');
  t.equal(monitor.client(), null);
  const since = last()?.down?.since;

  await mkdir(join(hostRoot, 'run/crio'), { recursive: true });
  await symlink(box.containerd.socket, join(hostRoot, 'run/crio/crio.sock'));
  await until('an answer', () => last()?.check.outcome === 'pass');
  t.match(last(), { runtime: { name: 'containerd', apiVersion: 'v1' }, check: { code: null }, down: null });
  t.ok(monitor.client() !== null);
  t.ok(
    seen.filter(status => status.down !== null).every(status => status.down?.since === since),
    'down since one time',
  );
  const warnings = log.lines.filter(({ level }) => level === 'warn').length;
  t.equal(warnings, 1, 'said once');
});
