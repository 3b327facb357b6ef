import { existsSync } from 'node:fs';
import t from 'tap';
import { startBox } from './box.ts';

if (process.getuid?.() !== 0) t.bailout('the lab needs root');

void t.test('a box files lines under the unit, and leaves nothing behind', async t => {
  const box = await startBox();
  await box.journald.write('kubelet', ['one', 'two']);
  const text = await box.journald.journalctl('-u', 'kubelet', '-o', 'cat');
  t.equal(text, 'one\ntwo\n');
  t.match(await box.journald.journalctl('-u', 'containerd', '-o', 'cat'), 'containerd successfully booted');
  await box.stop();
  t.notOk(existsSync(box.dir));
});
