import t from 'tap';
import { certificateProblems } from '../../../src/agent/node-config/host-problems.ts';
import type { RegistryHost } from '../../../src/model/registry-hosts.ts';
import { writeTree } from './tree.ts';

const host = (caFiles: string[], clients: string[] = []): RegistryHost => ({
  url: 'https://m/v2',
  role: 'mirror',
  source: '/hosts.toml',
  line: 3,
  capabilities: { pull: true, resolve: true },
  caFiles,
  clientPairs: clients.map(file => ({ certFile: file, keyFile: `${file}.key` })),
  skipVerify: false,
  headerNames: [],
  dialTimeoutMs: null,
  httpFallback: false,
});

t.test('each bad file is named once, with the place that names it', async t => {
  const dir = t.testdir();
  await writeTree(dir, { '/empty': '', '/d': null, '/c': 'x', '/loop': '-> loop', '/c.key': 'x' });
  const { signal } = new AbortController();
  const hosts = [host(['/none', '/empty', '/d', '/loop']), host(['/none'], ['/c', '/none'])];
  const found = await certificateProblems(dir, hosts, signal);
  t.same(
    found.map(({ code, file, effect, detail }) => [code, file, effect, detail.split(',')[0]]),
    [
      ['ca-unreadable', '/none', 'pull-fails', 'no such file or directory (ENOENT)'],
      ['ca-invalid', '/empty', 'pull-fails', 'no certificate in PEM'],
      ['ca-unreadable', '/d', 'pull-fails', 'illegal operation on a directory (EISDIR)'],
      ['ca-unreadable', '/loop', 'pull-fails', 'too many symbolic links encountered (ELOOP)'],
      ['client-cert-invalid', '/c', 'pull-fails', 'not a certificate and its key in PEM'],
      ['client-cert-unreadable', '/none', 'pull-fails', 'no such file or directory (ENOENT)'],
    ],
  );
  t.match(found[0]?.detail, '/hosts.toml:3');
  await t.rejects(certificateProblems(dir, hosts, AbortSignal.abort()));
});
