import t from 'tap';
import { assignedIn, unitEnvironment } from '../../../src/agent/node-config/unit-environment.ts';
import { writeTree } from './tree.ts';

const unit = '/usr/lib/systemd/system/rke2-agent.service';

t.test('later layers win: defaults, what is handed on, the unit, its files', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/systemd/system.conf': '[Manager]\nDefaultEnvironment=A=default B=default "C=default" D=default E=default\n',
    '/etc/systemd/system.conf.d/10.conf':
      '[Manager]\nDefaultEnvironment=F=dropped-in\n[Service]\nDefaultEnvironment=G=no\n',
    '/usr/lib/systemd/system.conf.d/10.conf': '[Manager]\nDefaultEnvironment=F=hidden\n',
    '/proc/1/environ': 'B=pid1\0X=pid1\0',
    [unit]:
      '[Service]\nPassEnvironment=B MISSING\nEnvironment=C=unit D=unit\nEnvironmentFile=-/none\nEnvironmentFile=/etc/env\n',
    '/etc/env': 'D=file\n',
    '/etc/systemd/system/rke2-.service.d/a.conf': '[Service]\nUnsetEnvironment=E F=other\nEnvironment=H=prefix\n',
    '/etc/systemd/system/service.d/b.conf': '[Service]\nEnvironment=I=all\n',
  });
  t.same(await unitEnvironment(hostRoot, 'rke2-agent'), {
    ...{ A: 'default', B: 'pid1', C: 'unit', D: 'file', F: 'dropped-in', H: 'prefix', I: 'all' },
  });
  t.equal(await unitEnvironment(hostRoot, 'containerd'), null);
});

t.test('specifiers are filled in, what is none stays', async t => {
  const hostRoot = t.testdir();
  await writeTree(hostRoot, {
    '/etc/hostname': 'node-1.test\n',
    '/etc/machine-id': 'abc\n',
    '/proc/sys/kernel/random/boot_id': '12-34\n',
    [unit]:
      '[Service]\nEnvironment=NO_PROXY=%H,%l,%m,%b,%n,%N,%t HTTPS_PROXY=http://u:a%%40b%40c@p:1\nEnvironmentFile=%E/default/%N\n',
    '/etc/default/rke2-agent': 'A=%H\n',
  });
  t.same(await unitEnvironment(hostRoot, 'rke2-agent'), {
    NO_PROXY: 'node-1.test,node-1,abc,1234,rke2-agent.service,rke2-agent,/run',
    HTTPS_PROXY: 'http://u:a%40b%40c@p:1',
    A: '%H',
  });
  t.same(await assignedIn(hostRoot, '/etc/default/rke2-agent'), { A: '%H' });
  t.same(await assignedIn(hostRoot, '/none'), {});
});

t.test('drop-ins of its own are enough where the folder of the unit itself cannot be seen', async t => {
  const conf = '[Service]\nEnvironment=HTTPS_PROXY=http://proxy.test:3128\n';
  const hostRoot = t.testdir({
    etc: { systemd: { system: { 'containerd.service.d': { 'proxy.conf': conf }, 'service.d': { 'all.conf': conf } } } },
  });
  t.match(await unitEnvironment(hostRoot, 'containerd'), { HTTPS_PROXY: 'http://proxy.test:3128' });
  t.equal(await unitEnvironment(hostRoot, 'crio'), null, 'what is for all services says nothing of this one');
});
