import t from 'tap';
import { runtimeProcess } from '../../../src/agent/node-config/runtime-process.ts';
import { writeTree } from './tree.ts';

t.test('the one process with the runtime’s name is found, none among several', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/proc/12/comm': 'containerd-shim\n',
    '/proc/34/comm': 'containerd\n',
    '/proc/56/comm': 'crio\n',
    '/proc/78/status': '',
    '/proc/self/comm': 'containerd\n',
  });
  t.equal(await runtimeProcess(hostRoot), 34);
  t.equal(await runtimeProcess(hostRoot, 'unix:///run/containerd/containerd.sock'), 34);
  t.equal(await runtimeProcess(hostRoot, 'unix:///run/crio/crio.sock'), 56);
  await writeTree(hostRoot, { '/proc/90/comm': 'containerd\n' });
  t.equal(await runtimeProcess(hostRoot), null);
  t.equal(await runtimeProcess(`${hostRoot}/none`), null);
});
