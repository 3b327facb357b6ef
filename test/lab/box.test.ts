import { existsSync } from 'node:fs';
import t from 'tap';
import { startBox } from './box.ts';
import { waitFor } from './process.ts';

const skip = process.getuid?.() === 0 ? false : 'the lab needs root';

t.test('a box files lines under the unit, and leaves nothing behind', { skip }, async t => {
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
