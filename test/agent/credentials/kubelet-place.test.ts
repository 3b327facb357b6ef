import t from 'tap';
import { readKubeletPlace } from '../../../src/agent/credentials/kubelet-place.ts';

t.test('where the kubelet looks is what its process was started with', async t => {
  const hostRoot = t.testdir({
    proc: {
      1: { comm: 'systemd\n' },
      77: {
        comm: 'kubelet\n',
        cmdline:
          'kubelet\0--root-dir=/data/kubelet\0--config\0/etc/k.yaml\0--image-credential-provider-config\0/etc/cp.yaml\0',
        environ: 'PATH=/bin\0HOME=/home/k\0',
        cwd: t.fixture('symlink', '/srv'),
      },
    },
  });
  t.same(await readKubeletPlace(hostRoot, 77), {
    ...{ rootDir: '/data/kubelet', workingDir: '/srv', home: '/home/k', configFile: '/etc/k.yaml' },
    ...{ providerConfig: '/etc/cp.yaml', providerBinDir: null, environment: { PATH: '/bin', HOME: '/home/k' } },
  });
});

t.test('systemd gives it no HOME, and a node without a kubelet has the usual places', async t => {
  const environ = { comm: 'kubelet\n', cmdline: 'kubelet\0', environ: 'PATH=/bin\0' };
  t.match(await readKubeletPlace(t.testdir({ proc: { 9: environ } }), 9), { home: '', rootDir: '/var/lib/kubelet' });
  const usual = { rootDir: '/var/lib/kubelet', workingDir: '/', home: '/root', providerConfig: null };
  t.match(await readKubeletPlace(t.testdir({}), null), usual);
});
