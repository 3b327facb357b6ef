import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { readKubeletConfig } from '../../../src/agent/node-config/read-kubelet-config.ts';
import { temporaryDirectory } from '../fixture.ts';

t.test('the file that the kubelet was started with, else the usual one, else nothing is said', async t => {
  const { path, remove } = await temporaryDirectory();
  t.teardown(remove);
  const nothing = { highPercent: null, verification: null, allowed: [] };
  t.same(await readKubeletConfig(path), nothing);
  await mkdir(join(path, 'var/lib/kubelet'), { recursive: true });
  await writeFile(join(path, 'var/lib/kubelet/config.yaml'), 'imageGCHighThresholdPercent: 90\n');
  t.same(await readKubeletConfig(path), { ...nothing, highPercent: 90 });
  await mkdir(join(path, 'etc/kubernetes/kubelet'), { recursive: true });
  const json = JSON.stringify({
    imagePullCredentialsVerificationPolicy: 'AlwaysVerify',
    imageGCHighThresholdPercent: 95,
  });
  await writeFile(join(path, 'etc/kubernetes/kubelet/config.json'), json);
  t.same(await readKubeletConfig(path), { ...nothing, highPercent: 90, verification: 'AlwaysVerify' });
  await mkdir(join(path, 'proc/12'), { recursive: true });
  await writeFile(join(path, 'proc/12/comm'), 'kubelet\n');
  await writeFile(join(path, 'proc/12/cmdline'), 'kubelet\0--config=/etc/k.yaml\0');
  await writeFile(join(path, 'etc/k.yaml'), 'imagePullCredentialsVerificationPolicy: NeverVerify\n');
  t.same(await readKubeletConfig(path), { ...nothing, verification: 'NeverVerify' }, 'that one alone');
});
