import { existsSync } from 'node:fs';
import t from 'tap';
import { withoutRoot } from '../house/root.ts';
import type { Walk } from '../../src/model/walk.ts';
import { startBox } from './box.ts';
import { run, waitFor } from './process.ts';
import { writeShell } from './shell.ts';

// Real parts that start, on a machine with other work: run by itself, tap would give it 30 s.
t.setTimeout(290_000);

t.test('a box files lines under the unit, and leaves nothing behind', { skip: withoutRoot }, async t => {
  const box = await startBox();
  await box.journald.write('kubelet', ['one', 'two']);
  const kubelet = (): Promise<string> => box.journald.journalctl('-u', 'kubelet', '-o', 'cat');
  await waitFor("the kubelet's lines", async () => (await kubelet()).includes('two'));
  t.equal(await kubelet(), 'one\ntwo\n');
  await waitFor("containerd's own line", async () =>
    (await box.journald.journalctl('-u', 'containerd', '-o', 'cat')).includes('containerd successfully booted'),
  );
  await box.stop();
  t.notOk(existsSync(box.dir));
});

t.test('its shell is on the node, and knows the program and the runtime', { skip: withoutRoot }, async t => {
  const box = await startBox();
  t.teardown(() => box.stop());
  const shell = await writeShell({ box }, 'node-a');
  await box.namespace.write('/etc/only-here', 'on the node\n');
  t.equal(await run([shell, 'cat', '/etc/only-here']), 'on the node\n');
  t.notOk(existsSync('/etc/only-here'));
  t.match(await run([shell, 'pullpath', 'check', '--help']), /PULLPATH_CRI_SOCKET|--cri-socket/);
  const asked = await run([shell, 'sh', '-c', 'pullpath check --json good.invalid || true']);
  const { checks } = JSON.parse(asked) as Walk;
  t.equal(checks.find(({ id }) => id === 'runtime.cri')?.outcome, 'pass', 'its containerd answers');
});
