import t from 'tap';
import { findProcesses } from '../../../src/agent/node-config/processes.ts';
import { writeTree } from './tree.ts';

t.test('the one process with the runtime’s name is found, none among several, and the kubelet', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/proc/12/comm': 'containerd-shim\n',
    '/proc/34/comm': 'containerd\n',
    '/proc/56/comm': 'crio\n',
    '/proc/78/status': '',
    '/proc/79/comm': 'constructor\n',
    '/proc/101/comm': 'kubelet\n',
    '/proc/99/comm': 'kubelet\n',
    '/proc/self/comm': 'containerd\n',
  });
  t.same(findProcesses(hostRoot, ''), { runtime: 34, kubelet: 99 });
  t.same(findProcesses(hostRoot, 'unix:///run/containerd/containerd.sock'), { runtime: 34, kubelet: 99 });
  t.same(findProcesses(hostRoot, 'unix:///run/crio/crio.sock'), { runtime: 56, kubelet: 99 });
  await writeTree(hostRoot, { '/proc/90/comm': 'containerd\n' });
  t.same(findProcesses(hostRoot, ''), { runtime: null, kubelet: 99 });
  t.same(findProcesses(`${hostRoot}/none`, ''), { runtime: null, kubelet: null });
});
